import { useEffect, useState } from 'react';

import { Problem } from '../api/problem';
import { SeatMap } from '../seatmap/SeatMap';
import { RadioCards } from '../ui/Field';
import { PageHeader } from '../ui/States';
import { changed, wideCabin } from './cabin';
import styles from './stories.module.css';

const STORIES = [
  { value: 'calm', label: 'Choosing', hint: 'two travellers' },
  { value: 'busy', label: 'Busy', hint: 'ten changes a second' },
  { value: 'refused', label: 'Refused', hint: 'with alternatives' },
  { value: 'stale', label: 'Stale', hint: 'the connection is lost' },
  { value: 'view', label: 'Looking', hint: 'nothing to choose' },
  { value: 'block', label: 'Blocking', hint: 'an airline takes seats off sale' },
] as const;
type Story = (typeof STORIES)[number]['value'];

const ROWS = 40;
const CHANGE_MS = 100;
const TRAVELLERS = [
  { id: 'ann', label: 'Ann', type: 'ADULT' },
  { id: 'ben', label: 'Ben', type: 'ADULT' },
];
const TAKEN = new Problem(409, { code: 'seat-taken', detail: '12E was taken a moment ago.', alternatives: ['12D', '13E', '11E'] });
const NOT_FOR_YOU = [{ seat: '20F', reason: 'EXIT_ROW_ADULTS_ONLY' }];

/** The seat map by itself, with four hundred made-up seats: all that it can show, without a server. */
export default function SeatMapStories() {
  const [story, setStory] = useState<Story>('calm');
  return (
    <div className={styles['page']}>
      <PageHeader title="Seat map" lead="Four hundred made-up seats, in all the states that the map knows." />
      <div className={styles['stories']}>
        <RadioCards label="Story" name="story" value={story} onChange={(value) => setStory(value as Story)} options={STORIES} />
      </div>
      <Told key={story} story={story} />
    </div>
  );
}

function Told({ story }: { readonly story: Story }) {
  const [map, setMap] = useState(() => wideCabin(ROWS));
  const [assigned, setAssigned] = useState<Readonly<Record<string, string>>>({});
  const [blocked, setBlocked] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    if (story !== 'busy') return undefined;
    const timer = setInterval(() => setMap((before) => changed(before, Math.random())), CHANGE_MS);
    return () => clearInterval(timer);
  }, [story]);
  const toggle = (seat: string) => setBlocked((before) => (before.has(seat) ? new Set([...before].filter((one) => one !== seat)) : new Set([...before, seat])));
  return (
    <SeatMap
      map={withBlocked(map, blocked)}
      mode={story === 'view' || story === 'block' ? story : 'choose'}
      travellers={TRAVELLERS}
      assigned={assigned}
      notForYou={NOT_FOR_YOU}
      isStale={story === 'stale'}
      refusal={story === 'refused' ? TAKEN : undefined}
      onAssign={(traveller, seat) => setAssigned((before) => ({ ...before, [traveller]: seat }))}
      onClear={(traveller) => setAssigned(({ [traveller]: _, ...rest }) => rest)}
      onToggleBlock={toggle}
    />
  );
}

function withBlocked(map: ReturnType<typeof wideCabin>, blocked: ReadonlySet<string>): ReturnType<typeof wideCabin> {
  if (blocked.size === 0) return map;
  const cabins = map.cabins.map((cabin) => ({
    ...cabin,
    rows: cabin.rows.map((row) => ({ ...row, seats: row.seats.map((seat) => (blocked.has(seat.seat) ? { ...seat, state: 'BLOCKED' } : seat)) })),
  }));
  return { ...map, cabins };
}
