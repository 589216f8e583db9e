import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const SERVER = process.env['AISLE_URL'] ?? 'http://localhost:3000';

/** What `boot.ts` evaluates in turn: the browser is told to bring it, and all that it needs, from the start. */
const IN_TURN = /(react-dom\/client\.js|src\/main\.tsx)$/;

/** Styles before scripts, so that the frame of the page is seen while the app is still on its way; and all of the app at once. */
const soon: Plugin = {
  name: 'soon',
  transformIndexHtml: {
    order: 'post',
    handler: (html, { bundle = {} }) => {
      const needed = new Set<string>();
      const looks = new Set<string>();
      const need = (file: string) => {
        const chunk = bundle[file];
        if (chunk?.type !== 'chunk' || needed.has(file)) return;
        needed.add(file);
        chunk.viteMetadata?.importedCss.forEach((file) => looks.add(file));
        chunk.imports.forEach(need);
      };
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === 'chunk' && IN_TURN.test(chunk.facadeModuleId ?? '')) need(chunk.fileName);
      }
      const links = [...needed].filter((file) => !html.includes(file)).map((file) => `    <link rel="modulepreload" crossorigin href="/${file}">\n`);
      const linked = html.match(/ *<link rel="stylesheet"[^>]*>\n/g) ?? [];
      const more = [...looks].filter((file) => !html.includes(file)).map((file) => `    <link rel="stylesheet" crossorigin href="/${file}">\n`);
      const without = linked.reduce((rest, style) => rest.replace(style, ''), html);
      return without.replace(/ *<script type="module"/, (script) => [...linked, ...more].join('') + script).replace(/ *<\/head>/, (end) => links.join('') + end);
    },
  },
};

export default defineConfig({
  plugins: [react(), soon],
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
