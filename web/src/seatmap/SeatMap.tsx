/**
 * The seats of a departure, drawn from the interface's map and nothing else: whoever has a map can show it. It is a grid for keyboards
 * and screen readers; arrow keys move, Enter or Space chooses, and colour is never the only sign of a state. Two fingers,
 * Ctrl and the wheel, or buttons zoom.
 */

import { useId, useState } from 'react';

import type { Problem } from '../api/problem';
import { Button } from '../ui/Button';
import { RadioCards } from '../ui/Field';
import { Notice } from '../ui/States';
import { CabinGrid } from './CabinGrid';
import type { SeatMapData } from './layout';
import { Legend } from './Legend';
import type { ZoomStep } from './pane';
import styles from './SeatMap.module.css';
import { useZoom } from './useZoom';
import { lookText, reasonText, type Look } from './words';

export interface SeatedTraveller {
  readonly id: string;
  readonly label: string;
  readonly type: string;
}

interface SeatMapProps {
  readonly map: SeatMapData;
  /** Only this cabin is drawn; all of them when missing. */
  readonly cabin?: string;
  /** Seats that are held for, or sold to, whoever looks. */
  readonly mine?: readonly string[];
  readonly travellers?: readonly SeatedTraveller[];
  /** Seat by traveller. */
  readonly assigned?: Readonly<Record<string, string>>;
  readonly notForYou?: readonly { readonly seat: string | null; readonly reason: string }[];
  /** Why the last choice was refused; its alternatives are offered. */
  readonly refusal?: Problem | undefined;
  /** Whether the map may be a little old. */
  readonly isStale?: boolean;
  readonly mode?: 'choose' | 'view' | 'block';
  readonly onAssign?: (travellerId: string, seat: string) => void;
  readonly onClear?: (travellerId: string) => void;
  readonly onToggleBlock?: (seat: string) => void;
}

const NOBODY: readonly SeatedTraveller[] = [];
const NONE: readonly never[] = [];
const EMPTY: Readonly<Record<string, string>> = {};

export function SeatMap(props: SeatMapProps) {
  const { map, cabin, mine = NONE, travellers = NOBODY, assigned = EMPTY, notForYou = NONE, refusal, isStale = false, mode = 'choose' } = props;
  const [chosen, setChosen] = useState<string>();
  const [said, setSaid] = useState('');
  const [pointed, setPointed] = useState('');
  const { frame, drawing, onZoom } = useZoom();
  const name = useId();
  const active = travellers.find((one) => one.id === chosen) ?? travellers.find((one) => assigned[one.id] === undefined) ?? travellers[0];
  const cabins = map.cabins.filter((one) => cabin === undefined || one.cabinClass === cabin);
  const forbidden = new Map(notForYou.flatMap(({ seat, reason }) => (seat === null ? [] : [[seat, reason] as const])));

  const assign = (seat: string) => {
    if (active === undefined) return;
    const holder = travellers.find((one) => assigned[one.id] === seat);
    if (holder !== undefined) {
      props.onClear?.(holder.id);
      setSaid(`${holder.label} has no seat now.`);
      setChosen(holder.id);
      return;
    }
    props.onAssign?.(active.id, seat);
    setSaid(`${seat} for ${active.label}.`);
    setChosen(travellers.find((one) => one.id !== active.id && assigned[one.id] === undefined)?.id ?? active.id);
  };
  const press = (seat: string, look: Look) => {
    // What the pointer told is not true any more.
    setPointed('');
    const reason = forbidden.get(seat);
    if (mode === 'block' && (look === 'open' || look === 'blocked')) props.onToggleBlock?.(seat);
    else if (mode === 'choose' && look === 'not-for-you' && reason !== undefined) setSaid(`${seat} is not for your party: ${reasonText(reason)}.`);
    else if (mode === 'choose' && (look === 'open' || look === 'mine')) assign(seat);
    else setSaid(`${seat} is ${lookText(look)}.`);
  };

  return (
    <div className={styles['seatmap']}>
      <div className={mode === 'choose' ? styles['withSide'] : styles['alone']}>
        {mode === 'choose' && travellers.length > 0 ? (
          <div className={styles['who']}>
            <RadioCards
              label="Choose a seat for"
              name={name}
              value={active?.id ?? ''}
              onChange={setChosen}
              options={travellers.map((one) => ({ value: one.id, label: one.label, hint: assigned[one.id] ?? 'no seat yet' }))}
            />
          </div>
        ) : null}
        <Refusal refusal={refusal} onTake={assign} />
        <div className={styles['map']}>
          <Tools aircraft={map.aircraft} isStale={isStale} pointed={pointed} onZoom={onZoom} />
          <div ref={frame} className={styles['hull']} data-stale={isStale}>
            <div ref={drawing} className={styles['sky']}>
              <div className={styles['fuselage']}>
                <span className={`${styles['wing']} ${styles['port']}`} />
                <span className={`${styles['wing']} ${styles['starboard']}`} />
                {cabins.map((one) => (
                  <CabinGrid
                    key={one.cabinClass}
                    cabin={one}
                    mine={mine}
                    assigned={assigned}
                    travellers={travellers}
                    forbidden={forbidden}
                    mode={mode}
                    onPress={press}
                    onPoint={setPointed}
                  />
                ))}
              </div>
            </div>
          </div>
        </div>
        <div role="status" className={styles['said']}>
          {said}
        </div>
        <Legend mode={mode} />
      </div>
    </div>
  );
}

interface ToolsProps {
  readonly aircraft: string;
  readonly isStale: boolean;
  /** What the pointer is over, in words. */
  readonly pointed: string;
  readonly onZoom: (step: ZoomStep) => void;
}

function Tools({ aircraft, isStale, pointed, onZoom }: ToolsProps) {
  return (
    <div className={styles['tools']}>
      <span className={styles['soft']}>
        {aircraft}
        <span className={isStale ? styles['stale'] : styles['live']}>
          {isStale ? 'not live just now' : 'live'}
        </span>
      </span>
      {/* The same words are each seat's own label: the line is for whoever points at it. */}
      <span className={styles['pointed']} aria-hidden="true">
        {pointed}
      </span>
      {/* None of them is ever disabled: a button that goes out under the finger loses the keyboard's place. */}
      <span className={styles['zoom']} role="group" aria-label="Size of the map">
        <Button kind="quiet" aria-label="Zoom out" onPress={() => onZoom('out')}>
          <Icon path="M3 8 H13" />
        </Button>
        <Button kind="quiet" aria-label="Zoom in" onPress={() => onZoom('in')}>
          <Icon path="M3 8 H13 M8 3 V13" />
        </Button>
        <Button kind="quiet" onPress={() => onZoom('whole')}>
          Whole cabin
        </Button>
      </span>
    </div>
  );
}

interface RefusalProps {
  readonly refusal: Problem | undefined;
  readonly onTake: (seat: string) => void;
}

/** Why a choice was refused, and what is near it, one tap away. */
function Refusal({ refusal, onTake }: RefusalProps) {
  if (refusal === undefined) return null;
  const offered = refusal.members['alternatives'];
  const alternatives = Array.isArray(offered) ? offered.map(String) : [];
  const heading = refusal.code === 'seat-taken' ? 'Somebody was faster' : 'That seat could not be held';
  return (
    <div className={styles['refusal']}>
      <Notice tone="bad">
        <h3>{heading}</h3>
        <p>{refusal.message}</p>
        {alternatives.length === 0 ? null : (
          <div className={styles['alternatives']}>
            <span>Still open nearby:</span>
            {alternatives.map((seat) => (
              <Button key={seat} onPress={() => onTake(seat)} aria-label={`Take ${seat} instead`}>
                {seat}
              </Button>
            ))}
          </div>
        )}
      </Notice>
    </div>
  );
}

function Icon({ path }: { readonly path: string }) {
  return (
    <svg className={styles['icon']} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}
