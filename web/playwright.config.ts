import { defineConfig } from '@playwright/test';

/** Journeys through a running server that serves this app: `AISLE_URL`, with the browser at `CHROME_PATH`. */
export default defineConfig({
  testDir: 'e2e',
  timeout: 60_000,
  expect: { timeout: 10_000 },
  workers: 1,
  forbidOnly: true,
  reporter: 'line',
  use: {
    baseURL: process.env['AISLE_URL'] ?? 'http://localhost:3000',
    locale: 'en-US',
    viewport: { width: 1440, height: 900 },
    actionTimeout: 15_000,
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env['CHROME_PATH'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    },
  },
});
