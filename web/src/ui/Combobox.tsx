import { useEffect, useId, useState, type ComponentType, type ComponentProps } from 'react';

import type List from './ComboboxList';
import ui from './ui.module.css';

export interface ComboboxItem {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
}

export interface ComboboxProps {
  readonly label: string;
  readonly text: string;
  readonly items: readonly ComboboxItem[];
  readonly onType: (text: string) => void;
  readonly onChoose: (item: ComboboxItem) => void;
  readonly error?: string | undefined;
}

type ListField = ComponentType<ComponentProps<typeof List>>;

/** Whoever is about to use a page does one of these first. */
const SIGNS_OF_LIFE = ['pointermove', 'pointerdown', 'keydown', 'focusin'] as const;

/**
 * Type, and choose from what comes; the items are whatever matches the text now. The list is as large as half of the app and comes when somebody
 * stirs; a field to type in is there from the start.
 */
export function Combobox(props: ComboboxProps) {
  const [List, setList] = useState<ListField>();
  const [isEntered, setEntered] = useState(false);
  useEffect(() => {
    const bring = () => {
      stop();
      // Without a connection the field still takes the code of an airport.
      import('./ComboboxList').then(({ default: brought }) => setList(() => brought)).catch(() => undefined);
    };
    const stop = () => SIGNS_OF_LIFE.forEach((sign) => window.removeEventListener(sign, bring));
    SIGNS_OF_LIFE.forEach((sign) => window.addEventListener(sign, bring, { passive: true }));
    return stop;
  }, []);
  if (List !== undefined) return <List {...props} isEntered={isEntered} />;
  return <PlainField {...props} onEnter={setEntered} />;
}

function PlainField({ label, text, error, onType, onEnter }: ComboboxProps & { readonly onEnter: (isEntered: boolean) => void }) {
  const id = useId();
  return (
    <div className={ui['field']}>
      <label className={ui['label']} htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className={ui['input']}
        autoComplete="off"
        value={text}
        aria-invalid={error !== undefined}
        onFocus={() => onEnter(true)}
        onBlur={() => onEnter(false)}
        onChange={(event) => onType(event.currentTarget.value)}
      />
      {error === undefined ? null : <span className={ui['error']}>{error}</span>}
    </div>
  );
}
