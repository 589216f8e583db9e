/** Writes what is worth it once more, as small as it gets: the server compresses nothing of the app while somebody waits. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

import type { Plugin } from 'vite';

const TEXTS = /\.(?:css|html|js|svg)$/;

/** Smaller files go over the network in one packet anyway. */
const WORTH_BYTES = 600;

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

export function encodings(): Plugin {
  return {
    name: 'encodings',
    apply: 'build',
    enforce: 'post',
    writeBundle: {
      order: 'post',
      sequential: true,
      async handler({ dir = '' }, bundle) {
        const texts = Object.keys(bundle).filter((name) => TEXTS.test(name));
        await Promise.all(texts.map((name) => encode(join(dir, name))));
      },
    },
  };
}

async function encode(path: string): Promise<void> {
  const plain = await readFile(path);
  if (plain.length < WORTH_BYTES) return;
  await writeFile(`${path}.br`, await brotli(plain, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } }));
  await writeFile(`${path}.gz`, await zip(plain, { level: constants.Z_BEST_COMPRESSION }));
}
