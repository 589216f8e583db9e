import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const SERVER = process.env['AISLE_URL'] ?? 'http://localhost:3000';

/** Styles before scripts: the frame of the page is seen while the app is still on its way. */
const stylesFirst: Plugin = {
  name: 'styles-first',
  transformIndexHtml: {
    order: 'post',
    handler: (html) => {
      const styles = html.match(/ *<link rel="stylesheet"[^>]*>\n/g) ?? [];
      const without = styles.reduce((rest, style) => rest.replace(style, ''), html);
      return without.replace(/ *<script type="module"/, (script) => styles.join('') + script);
    },
  },
};

export default defineConfig({
  plugins: [react(), stylesFirst],
  build: {
    target: 'es2022',
    // A small picture inside of a style would be a data: address, which the content security policy forbids.
    assetsInlineLimit: 0,
    // The preload helper would set inline styles and scripts; browsers of the target know modulepreload themselves.
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': { target: SERVER, ws: true }, '/docs': SERVER } },
  test: {
    environment: 'node',
    include: ['src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
  },
});
