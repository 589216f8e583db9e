import { SEAT } from './layout';
import styles from './SeatMap.module.css';
import type { Look } from './words';

/** The picture of a seat without its number: each state has a shape of its own beside its colour. */
export function Glyph({ look }: { readonly look: Look }) {
  const end = SEAT - 8;
  return (
    <>
      <rect className={styles[look]} width={SEAT} height={SEAT} rx="8" />
      {look === 'sold' ? <path className={styles['sign']} d={`M8 8 L${end} ${end} M${end} 8 L8 ${end}`} /> : null}
      {look === 'blocked' ? <path className={styles['sign']} d={`M8 ${end} L${end} 8`} /> : null}
      {look === 'held' ? <path className={styles['sign']} d={`M8 ${end} H${end}`} /> : null}
      {look === 'not-for-you' ? <path className={styles['sign']} d={`M8 ${end} H${end}`} strokeDasharray="3 4" /> : null}
    </>
  );
}
