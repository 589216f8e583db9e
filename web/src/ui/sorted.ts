/** The order in which a table shows its rows. */
export interface Order {
  readonly column: string;
  readonly direction: 'ascending' | 'descending';
}

/** The rows in order: numbers by size, texts as people sort them; equal ones stay as they were. */
export function sorted<Row>(rows: readonly Row[], by: (row: Row) => string | number, direction: Order['direction']): readonly Row[] {
  const sign = direction === 'ascending' ? 1 : -1;
  return [...rows].sort((a, b) => sign * compared(by(a), by(b)));
}

function compared(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), undefined, { numeric: true });
}
