import { useId, type InputHTMLAttributes, type ReactNode } from 'react';

import styles from './ui.module.css';

interface Described {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
}

function Frame({ id, label, hint, error, children }: Described & { readonly id: string; readonly children: ReactNode }) {
  return (
    <div className={styles['field']}>
      <label className={styles['label']} htmlFor={id}>
        {label}
      </label>
      {children}
      {hint === undefined ? null : (
        <span className={styles['hint']} id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {error === undefined ? null : (
        <span className={styles['error']} id={`${id}-error`}>
          {error}
        </span>
      )}
    </div>
  );
}

function describedBy(id: string, { hint, error }: Omit<Described, 'label'>): string | undefined {
  const parts = [hint === undefined ? '' : `${id}-hint`, error === undefined ? '' : `${id}-error`].filter((part) => part !== '');
  return parts.length === 0 ? undefined : parts.join(' ');
}

type TextFieldProps = Described &
  Pick<InputHTMLAttributes<HTMLInputElement>, 'type' | 'name' | 'autoComplete' | 'inputMode' | 'required' | 'minLength' | 'maxLength' | 'min' | 'max' | 'placeholder'> & {
    readonly value: string;
    readonly onChange: (value: string) => void;
    /** Names the field for a link from a list of errors. */
    readonly id?: string;
  };

/** A line of text with its label; dates are lines of the type `date`, which every browser shows in its own language. */
export function TextField({ label, hint, error, value, onChange, id: given, ...rest }: TextFieldProps) {
  const drawn = useId();
  const id = given ?? drawn;
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <input
        {...rest}
        id={id}
        className={styles['input']}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        aria-invalid={error === undefined ? undefined : true}
        aria-describedby={describedBy(id, { hint, error })}
      />
    </Frame>
  );
}

interface SelectProps extends Described {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly id?: string;
}

export function Select({ label, hint, error, value, onChange, options, id: given }: SelectProps) {
  const drawn = useId();
  const id = given ?? drawn;
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <select
        id={id}
        className={styles['input']}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        aria-invalid={error === undefined ? undefined : true}
        aria-describedby={describedBy(id, { hint, error })}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Frame>
  );
}

interface RadioCardsProps {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly { readonly value: string; readonly label: string; readonly hint?: string | undefined }[];
}

/** One of several, all of them seen at once. */
export function RadioCards({ label, name, value, onChange, options }: RadioCardsProps) {
  return (
    <fieldset className={styles['choices']}>
      <legend className={styles['label']}>{label}</legend>
      {options.map((option) => (
        <label key={option.value} className={styles['choice']}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span className={styles['choiceText']}>
            {option.label}
            {option.hint === undefined ? null : <span className={styles['choiceHint']}>{option.hint}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
