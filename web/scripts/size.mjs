// Says what a first visit loads of scripts before anything is drawn, and fails beyond the budget.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET_KB = 180;
const dist = new URL('../dist/', import.meta.url);
const page = readFileSync(new URL('index.html', dist), 'utf8');
const tags = page.match(/<(?:script|link)\b[^>]*>/g) ?? [];
const scripts = tags
  .filter((tag) => tag.startsWith('<script') || tag.includes('modulepreload'))
  .map((tag) => /(?:src|href)="\/([^"]+\.js)"/.exec(tag)?.[1])
  .filter((name) => name !== undefined);
if (scripts.length === 0) throw new Error('dist/index.html loads no script: build first');
const bytes = scripts.map((name) => gzipSync(readFileSync(new URL(name, dist)), { level: 9 }).length);
const kilobytes = bytes.reduce((sum, size) => sum + size, 0) / 1_000;
console.log(`initial JS ${kilobytes.toFixed(0)} kB of ${BUDGET_KB} kB gzip`);
if (kilobytes > BUDGET_KB) process.exit(1);
