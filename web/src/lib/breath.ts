/** Lets the browser draw, and its reader scroll and press. */
export function breath(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
