/**
 * Begins in small steps. All code is asked for at once (see `vite.config.ts`), but evaluated one part after the other: in one piece a slow
 * phone would hang, before it has drawn the frame of the page that `index.html` brings.
 */

import './ui/tokens.css';
import './ui/ui.module.css';
import './app/Shell.module.css';

import { breath } from './lib/breath';

async function boot(): Promise<void> {
  await breath();
  await import('react-dom/client');
  await breath();
  await import('./main');
}

void boot();
