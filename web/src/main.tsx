import './ask';

import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { startTransition, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { live } from './api/live';
import { makeQueryClient } from './app/queryClient';
import { makeRouter } from './app/routes';
import { applyTheme, followSystem } from './app/theme';
import './ui/tokens.css';

/** Lets the browser draw, and its reader scroll and press. */
const breath = () => new Promise((resolve) => setTimeout(resolve));

/** Begins in small steps: all at once, a slow phone would hang for a moment. */
async function start(root: HTMLElement): Promise<void> {
  applyTheme();
  followSystem();
  const client = makeQueryClient();
  await breath();
  const router = makeRouter(client);
  await breath();
  const place = createRoot(root);
  startTransition(() =>
    place.render(
      <StrictMode>
        <QueryClientProvider client={client}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </StrictMode>,
    ),
  );
  // What is heard of later can be listened to later.
  await breath();
  live.start(client);
}

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place for the app');
void start(root);
