/** Light, dark, or as the system has it; the choice stays in this browser. */

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'aisle.theme';

export function chosenTheme(): Theme {
  const kept = localStorage.getItem(KEY);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

export function chooseTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, theme);
  applyTheme();
}

/** Puts the theme onto the page, and keeps it there when the system changes its mind. */
export function applyTheme(): void {
  const chosen = chosenTheme();
  const isDark = chosen === 'system' ? dark().matches : chosen === 'dark';
  document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
}

export function followSystem(): void {
  dark().addEventListener('change', applyTheme);
}

function dark(): MediaQueryList {
  return window.matchMedia('(prefers-color-scheme: dark)');
}
