// Says what a first visit loads of scripts before anything is drawn, where it loads most, and fails beyond the budget.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET_KB = 180;
const dist = new URL('../dist/', import.meta.url);

function kilobytes(page) {
  const tags = readFileSync(new URL(page, dist), 'utf8').match(/<(?:script|link)\b[^>]*>/g) ?? [];
  const scripts = tags
    .filter((tag) => tag.startsWith('<script') || tag.includes('modulepreload'))
    .map((tag) => /(?:src|href)="\/([^"]+\.js)"/.exec(tag)?.[1])
    .filter((name) => name !== undefined);
  if (scripts.length === 0) throw new Error(`dist/${page} loads no script: build first`);
  const bytes = scripts.map((name) => gzipSync(readFileSync(new URL(name, dist)), { level: 9 }).length);
  return bytes.reduce((sum, size) => sum + size, 0) / 1_000;
}

const pages = readdirSync(new URL('pages/', dist)).filter((name) => name.endsWith('.html'));
const most = Math.max(...['index.html', ...pages.map((name) => `pages/${name}`)].map(kilobytes));
console.log(`initial JS ${most.toFixed(0)} kB of ${BUDGET_KB} kB gzip`);
if (most > BUDGET_KB) process.exit(1);
