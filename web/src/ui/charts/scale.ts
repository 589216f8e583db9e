/** Where the values of a chart lie. */

/**
 * A round number at or above the largest value, and the lines on the way to it: 0, 25, 50, 75, 100. Nothing is drawn between whole numbers:
 * what is counted has no halves, and what is paid is not read that closely.
 */
export function ticksTo(largest: number, steps = 4): readonly number[] {
  const most = Math.max(1, Math.min(steps, Math.ceil(largest)));
  const least = Math.max(largest, 1) / most;
  const power = 10 ** Math.floor(Math.log10(least));
  const rounds = (power >= 10 ? [1, 2, 2.5, 5, 10] : [1, 2, 5, 10]).map((round) => round * power);
  const step = rounds.find((round) => round >= least * (1 - 1e-9)) ?? least;
  return Array.from({ length: most + 1 }, (_, at) => at * step);
}

/** The places of values side by side in a box; one alone stands in the middle. */
export function placed(values: readonly number[], top: number, width: number, height: number): readonly { readonly x: number; readonly y: number }[] {
  const last = values.length - 1;
  return values.map((value, at) => ({
    x: last === 0 ? width / 2 : (at / last) * width,
    y: height - (value / top) * height,
  }));
}

/** A share of the whole, between none and all of it. */
export function shareOf(value: number, whole: number): number {
  return whole <= 0 ? 0 : Math.min(Math.max(value / whole, 0), 1);
}
