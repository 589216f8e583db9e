import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { live } from './api/live';
import { makeQueryClient } from './app/queryClient';
import { makeRouter } from './app/routes';
import { applyTheme, followSystem } from './app/theme';
import './ui/tokens.css';

applyTheme();
followSystem();

const client = makeQueryClient();
const router = makeRouter();
live.start(client);

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place for the app');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
