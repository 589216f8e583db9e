/**
 * Pages for the addresses where people come first: `index.html` once more, with the names of all that the address will need, so that the
 * browser asks for it at once and not piece by piece as it finds out. The server shows `pages/search.html` to whoever comes to `/search`.
 */

import type { Plugin, Rolldown } from 'vite';

export interface FirstPage {
  /** The first part of its address; `index` for none. */
  readonly name: string;
  /** Where its code begins. */
  readonly module: string;
}

type Bundle = Rolldown.OutputBundle;
type Chunk = Rolldown.OutputChunk;

export function firstPages(pages: readonly FirstPage[]): Plugin {
  return {
    name: 'first-pages',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const index = bundle['index.html'];
        if (index?.type !== 'asset') throw new Error('there is no index.html to write pages from');
        for (const page of pages) {
          this.emitFile({ type: 'asset', fileName: `pages/${page.name}.html`, source: written(String(index.source), page, bundle) });
        }
      },
    },
  };
}

/** The page with what it needs beyond what the first page names already. */
function written(index: string, page: FirstPage, bundle: Bundle): string {
  const chunk = chunkOf(bundle, page.module);
  const tags = [...needed(bundle, chunk)].filter((name) => !index.includes(`/${name}"`)).map(preloaded);
  return index.replace('</head>', `${tags.map((tag) => `  ${tag}\n  `).join('')}</head>`);
}

function chunkOf(bundle: Bundle, module: string): Chunk {
  const found = Object.values(bundle).find((one) => one.type === 'chunk' && one.facadeModuleId?.endsWith(module) === true);
  if (found?.type !== 'chunk') throw new Error(`nothing was built of ${module}`);
  return found;
}

/** A piece of code, all that it imports, and nothing that it may load later. */
function needed(bundle: Bundle, chunk: Chunk, known = new Set<string>()): Set<string> {
  if (known.has(chunk.fileName)) return known;
  known.add(chunk.fileName);
  for (const name of chunk.imports) {
    const imported = bundle[name];
    if (imported?.type === 'chunk') needed(bundle, imported, known);
  }
  return known;
}

function preloaded(name: string): string {
  return `<link rel="modulepreload" fetchpriority="low" crossorigin href="/${name}">`;
}
