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

/** What the signs of the map mean. */
export function Legend() {
  return (
    <ul className={styles['legend']} aria-label="What the seats look like">
      {LOOKS.map(({ look, text }) => (
        <li key={look}>
          <svg viewBox="-1 -1 42 42" width="24" height="24" aria-hidden="true">
            <Glyph look={look} />
          </svg>
          {text}
        </li>
      ))}
    </ul>
  );
}
