import { Glyph } from './Glyph';
import styles from './SeatMap.module.css';
import type { Look } from './words';

const LOOKS: readonly { readonly look: Look; readonly text: string }[] = [
  { look: 'open', text: 'Available' },
  { look: 'mine', text: 'Yours' },
  { look: 'held', text: 'Held by somebody else' },
  { look: 'sold', text: 'Taken' },
  { look: 'not-for-you', text: 'Not for your party' },
  { look: 'blocked', text: 'Not on sale' },
];

/** Looks that only whoever chooses sees. */
const OF_A_PARTY: ReadonlySet<Look> = new Set(['mine', 'not-for-you']);

/** What the signs of the map mean. */
export function Legend({ mode }: { readonly mode: 'choose' | 'view' | 'block' }) {
  const looks = mode === 'choose' ? LOOKS : LOOKS.filter(({ look }) => !OF_A_PARTY.has(look));
  return (
    <ul className={styles['legend']} aria-label="What the seats look like">
      {looks.map(({ look, text }) => (
        <li key={look}>
          <svg viewBox="-1 -2 42 42" width="24" height="24" aria-hidden="true">
            <Glyph look={look} />
          </svg>
          {text}
        </li>
      ))}
    </ul>
  );
}
