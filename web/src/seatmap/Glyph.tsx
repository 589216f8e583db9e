import { SEAT } from './layout';
import styles from './SeatMap.module.css';
import type { Look } from './words';

/** What is drawn onto the cushion; the other looks are told by their fill, and by the number or the party's sign on it. */
const SIGNS: Readonly<Partial<Record<Look, string>>> = {
  sold: 'M12 10 L28 24 M28 10 L12 24',
  blocked: 'M12 24 L28 10',
};

/** The picture of a seat, seen from above, its back towards the tail: each state has a shape of its own beside its colour. */
export function Glyph({ look }: { readonly look: Look }) {
  const sign = SIGNS[look];
  return (
    <>
      <rect className={styles[look]} x="1" width={SEAT - 2} height={SEAT - 5} rx="8" />
      <rect className={styles[look]} x="4" y={SEAT - 8} width={SEAT - 8} height="7" rx="3.5" />
      {sign === undefined ? null : <path className={styles['sign']} d={sign} />}
    </>
  );
}
