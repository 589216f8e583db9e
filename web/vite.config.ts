import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const SERVER = process.env['AISLE_URL'] ?? 'http://localhost:3000';

export default defineConfig({
  plugins: [react()],
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
