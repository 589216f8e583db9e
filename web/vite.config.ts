import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

import { encodings } from './vite/encodings.ts';
import { firstPages } from './vite/pages.ts';

const SERVER = process.env['AISLE_URL'] ?? 'http://localhost:3000';

/**
 * Styles before scripts, and more urgent: the frame of the page is seen while the app is still on its way. The script that asks what the page will
 * show waits for no other.
 */
const inOrder: Plugin = {
  name: 'in-order',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler: (html) => {
      const lines = html.split('\n');
      const isStyle = (line: string) => line.includes('rel="stylesheet"');
      const isEarly = (line: string) => line.includes('/early-');
      const early = /"(\/assets\/early-[^"]+)"/.exec(html)?.[1];
      if (early === undefined) throw new Error('the page does not name the script that asks early');
      const first = [...lines.filter(isStyle), `    <script type="module" async crossorigin src="${early}"></script>`];
      const rest = lines.filter((line) => !isStyle(line) && !isEarly(line)).map((line) => line.replace(/(type="module"|rel="modulepreload") /, '$1 fetchpriority="low" '));
      return rest.toSpliced(rest.findIndex((line) => line.includes('<script type="module"')), 0, ...first).join('\n');
    },
  },
};

/**
 * What comes together, since each file more costs a slow network a way there and back: what is asked before the app is there; React, which
 * seldom changes; what every page needs; what several pages share, beside the seat map, which is a page of its own.
 */
const GROUPS = [
  { name: 'early', test: /src[\\/](?:ask|app[\\/]firstQuestions|lib[\\/]paths|api[\\/](?:early|token)|features[\\/]search[\\/]asked)\.ts$/, priority: 4 },
  { name: 'react', test: /node_modules[\\/](?:react|react-dom|scheduler)[\\/]/, priority: 3 },
  { name: 'app', tags: ['$initial' as const], priority: 2 },
  { name: 'shared', test: /src[\\/](?:api|features|lib|trip|ui)[\\/]/, minShareCount: 2, priority: 1 },
];

export default defineConfig({
  plugins: [
    react(),
    inOrder,
    firstPages([
      { name: 'index', module: 'src/features/search/HomePage.tsx' },
      { name: 'search', module: 'src/features/search/ResultsPage.tsx' },
      { name: 'flights', module: 'src/features/flight/FlightPage.tsx' },
    ]),
    encodings(),
  ],
  build: {
    target: 'es2022',
    // A small picture inside of a style would be a data: address, which the content security policy forbids.
    assetsInlineLimit: 0,
    // The preload helper would set inline styles and scripts; browsers of the target know modulepreload themselves.
    modulePreload: { polyfill: false },
    // All styles are less than one picture: they come at once, and no page waits for its own.
    cssCodeSplit: false,
    rolldownOptions: { output: { codeSplitting: { groups: GROUPS } } },
  },
  server: { proxy: { '/api': { target: SERVER, ws: true }, '/docs': SERVER } },
  test: {
    environment: 'node',
    include: ['src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
  },
});
