import { useState, type ReactNode } from 'react';

import { sorted, type Order } from './sorted';
import styles from './Table.module.css';

export interface Column<Row> {
  readonly id: string;
  readonly head: string;
  readonly cell: (row: Row) => ReactNode;
  /** What the rows are sorted by when the head is pressed; a column without it is not sorted. */
  readonly sortBy?: (row: Row) => string | number;
  /** Numbers and money stand at the right. */
  readonly isNumber?: boolean;
}

interface TableProps<Row> {
  /** What the table is about: it is its heading, and its name for screen readers. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Said instead of rows when there are none. */
  readonly empty: string;
}

/** Rows of like things. The first column names the row; on a narrow screen the table moves sideways within its frame. */
export function Table<Row>({ caption, columns, rows, keyOf, empty }: TableProps<Row>) {
  const [order, setOrder] = useState<Order>();
  const by = columns.find((column) => column.id === order?.column)?.sortBy;
  const shown = order === undefined || by === undefined ? rows : sorted(rows, by, order.direction);
  return (
    <div className={styles['scroll']} tabIndex={0} role="region" aria-label={caption}>
      <table className={styles['table']}>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.id} column={column} order={order} onSort={setOrder} />
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column, place) => (
                <Cell key={column.id} isName={place === 0} isNumber={column.isNumber === true}>
                  {column.cell(row)}
                </Cell>
              ))}
            </tr>
          ))}
          {rows.length === 0 ? (
            <tr>
              <td className={styles['none']} colSpan={columns.length}>
                {empty}
              </td>
            </tr>
          ) : null}
        </tbody>
      </table>
    </div>
  );
}

interface CellProps {
  readonly isName: boolean;
  readonly isNumber: boolean;
  readonly children: ReactNode;
}

function Cell({ isName, isNumber, children }: CellProps) {
  const side = isNumber ? styles['end'] : undefined;
  if (!isName) return <td className={side}>{children}</td>;
  return (
    <th scope="row" className={side}>
      {children}
    </th>
  );
}

interface HeadProps<Row> {
  readonly column: Column<Row>;
  readonly order: Order | undefined;
  readonly onSort: (order: Order) => void;
}

function Head<Row>({ column, order, onSort }: HeadProps<Row>) {
  const side = column.isNumber === true ? styles['end'] : undefined;
  if (column.sortBy === undefined) {
    return (
      <th scope="col" className={side}>
        {column.head}
      </th>
    );
  }
  const direction = order?.column === column.id ? order.direction : undefined;
  const next = direction === 'ascending' ? 'descending' : 'ascending';
  return (
    <th scope="col" className={side} aria-sort={direction ?? 'none'}>
      <button type="button" className={styles['sort']} onClick={() => onSort({ column: column.id, direction: next })}>
        {column.head}
        <span aria-hidden="true">{direction === undefined ? '↕' : direction === 'ascending' ? '↑' : '↓'}</span>
      </button>
    </th>
  );
}
