import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

/** Text on its ground wants 4.5 to 1 (WCAG 2.2, 1.4.3); seats draw their labels in SVG, where no other check looks. */
const TEXTS = [
  ['ink', 'paper'], ['ink', 'surface'], ['ink', 'sunken'], ['ink', 'brand-soft'],
  ['ink-soft', 'paper'], ['ink-soft', 'surface'], ['ink-soft', 'sunken'], ['ink-soft', 'brand-soft'],
  ['brand-ink', 'brand'], ['hero-ink', 'hero'],
  ['link', 'paper'], ['link', 'surface'], ['link', 'brand-soft'],
  ['amber-ink', 'amber-soft'], ['good', 'good-soft'], ['good', 'surface'], ['bad', 'bad-soft'], ['bad', 'surface'],
] as const;

/** Edges and signs without which a state is not seen want 3 to 1 (1.4.11). */
const EDGES = [['brand', 'surface'], ['line-strong', 'surface'], ['line-strong', 'sunken'], ['line-strong', 'paper']] as const;

const css = readFileSync('src/ui/tokens.css', 'utf8');
const light = tokens(/:root \{([^}]*)\}/);
const themes = { light, dark: new Map([...light, ...tokens(/\[data-theme='dark'\] \{([^}]*)\}/)]) };

function tokens(block: RegExp): Map<string, string> {
  const text = block.exec(css)?.[1] ?? '';
  return new Map([...text.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]));
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(theme: Map<string, string>, one: string, other: string): number {
  const [a, b] = [one, other].map((name) => {
    const colour = theme.get(name);
    if (colour === undefined) throw new Error(`no colour ${name}`);
    return luminance(colour);
  }) as [number, number];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

for (const [name, theme] of Object.entries(themes)) {
  test.each(TEXTS)(`${name}: %s is read on %s`, (text, ground) => {
    expect(contrast(theme, text, ground)).toBeGreaterThanOrEqual(4.5);
  });
  test.each(EDGES)(`${name}: %s is seen on %s`, (edge, ground) => {
    expect(contrast(theme, edge, ground)).toBeGreaterThanOrEqual(3);
  });
}
