// Lighthouse over the pages that people meet first, as a phone on a slow network sees them, against a running server:
// `AISLE_URL`, with the browser at `CHROME_PATH`. Fails when the median of any score is below the goal.

import { mkdir, writeFile } from 'node:fs/promises';

import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';

const SERVER = process.env.AISLE_URL ?? 'http://localhost:3000';
const REPORTS = new URL('../../target/lighthouse/', import.meta.url);
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];

/** What each score must be, of 100. */
const GOAL = 95;

/** A score of speed varies from run to run; the one in the middle counts. */
const RUNS = 3;

/** Days ahead of the searched trip: on sale in every demonstration. */
const DAYS_AHEAD = 3;

const day = new Date(Date.now() + DAYS_AHEAD * 86_400_000).toISOString().slice(0, 10);

/** The departure whose map is judged: the nonstop one with most seats open. */
async function someFlight() {
  const answer = await fetch(`${SERVER}/api/v1/flights/search`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      origin: 'JFK',
      destination: 'LAX',
      departureDate: day,
      cabinClass: 'ECONOMY',
      maxConnections: 0,
      limit: 20,
      passengers: { adults: 1, children: 0, infants: 0 },
    }),
  });
  const { data } = await answer.json();
  const [most] = data.filter((offer) => offer.flightId !== undefined).sort((a, b) => b.seatsLeft - a.seatsLeft);
  if (most === undefined) throw new Error(`no departure from JFK to LAX is on sale on ${day}`);
  return most.flightId;
}

async function pages() {
  return {
    landing: '/',
    results: `/search?from=JFK&to=LAX&depart=${day}&adults=1`,
    'seat-map': `/flights/${await someFlight()}`,
  };
}

/** Runs that Lighthouse itself calls failed and asks to repeat: now and then a browser on a busy machine records no start of the page. */
const ATTEMPTS = 3;

/** One run, repeated when it was none. */
async function scores(name, path, run) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await scoresOnce(name, path, run);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      console.error(`${error.message}; once more`);
    }
  }
}

/** In a browser of its own, so that nothing is remembered. */
async function scoresOnce(name, path, run) {
  const browser = await launch({
    chromePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
    chromeFlags: ['--headless=new', '--no-sandbox', '--disable-dev-shm-usage'],
  });
  try {
    const result = await lighthouse(SERVER + path, {
      port: browser.port,
      onlyCategories: CATEGORIES,
      output: 'html',
      logLevel: 'error',
    });
    if (result.lhr.runtimeError !== undefined) throw new Error(`${name}: ${result.lhr.runtimeError.message}`);
    await writeFile(new URL(`${name}-${run}.html`, REPORTS), result.report);
    await writeFile(new URL(`${name}-${run}.json`, REPORTS), JSON.stringify(result.lhr));
    return CATEGORIES.map((category) => Math.round((result.lhr.categories[category].score ?? 0) * 100));
  } finally {
    browser.kill();
  }
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

await mkdir(REPORTS, { recursive: true });
const below = [];
for (const [name, path] of Object.entries(await pages())) {
  const runs = [];
  for (let run = 1; run <= RUNS; run += 1) runs.push(await scores(name, path, run));
  const medians = CATEGORIES.map((_, at) => median(runs.map((run) => run[at])));
  const said = CATEGORIES.map((category, at) => `${category} ${medians[at]}`).join(', ');
  console.log(`${name}: ${said} (performance of each run: ${runs.map(([speed]) => speed).join(', ')})`);
  below.push(...CATEGORIES.filter((_, at) => !(medians[at] >= GOAL)).map((category) => `${name}: ${category}`));
}
if (below.length > 0) {
  console.error(`below ${GOAL}: ${below.join('; ')}; the reports are in target/lighthouse`);
  process.exitCode = 1;
}
