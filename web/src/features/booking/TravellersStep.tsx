import { useState, type FormEvent } from 'react';

import { kindName } from '../../trip/passengers';
import { Button } from '../../ui/Button';
import { Actions } from '../../ui/Dialog';
import { Select, TextField } from '../../ui/Field';
import { Card, Notice } from '../../ui/States';
import styles from './booking.module.css';
import { missing, type FieldErrors } from './check';
import type { ContactForm, Draft, TravellerForm } from './draft';
import type { ChangeDraft } from './useDraft';

interface TravellersStepProps {
  readonly draft: Draft;
  readonly change: ChangeDraft;
  /** Whoever fills it in may travel; an agent's browser must not offer the agent's own name and address. */
  readonly isOwn: boolean;
  /** What the server refused the last time. */
  readonly refused: FieldErrors;
  readonly onDone: () => void;
}

const TITLES = ['', 'Ms', 'Mr', 'Mrs', 'Mx', 'Dr'].map((title) => ({ value: title, label: title === '' ? '–' : title }));

export function TravellersStep({ draft, change, isOwn, refused, onDone }: TravellersStepProps) {
  const [isAsked, setAsked] = useState(false);
  const absent = missing(draft);
  const errors: FieldErrors = isAsked ? { ...refused, ...absent } : refused;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    const first = Object.keys(absent)[0];
    if (first === undefined) onDone();
    else document.getElementById(first)?.focus();
  };
  return (
    <form className={styles['step']} onSubmit={submit} noValidate>
      <Faults errors={errors} />
      {draft.travellers.map((traveller, place) => (
        <TravellerFields key={traveller.id} traveller={traveller} place={place} isOwner={isOwn && place === 0} errors={errors} change={change} />
      ))}
      <ContactFields contact={draft.contact} isOwn={isOwn} errors={errors} change={change} />
      <Actions>
        <Button kind="primary" type="submit">
          Continue to seats
        </Button>
      </Actions>
    </form>
  );
}

/** All that is wrong in one place, each with a way to its field. */
function Faults({ errors }: { readonly errors: FieldErrors }) {
  const faults = Object.entries(errors);
  if (faults.length === 0) return null;
  return (
    <Notice tone="bad">
      <h2>Please look at {faults.length === 1 ? 'one thing' : `${faults.length} things`}</h2>
      <ul>
        {faults.map(([field, message]) => (
          <li key={field}>{field === '' ? message : <a href={`#${field}`} onClick={(event) => focusOn(event, field)}>{message}</a>}</li>
        ))}
      </ul>
    </Notice>
  );
}

function focusOn(event: { preventDefault(): void }, field: string): void {
  event.preventDefault();
  document.getElementById(field)?.focus();
}

interface TravellerFieldsProps {
  readonly traveller: TravellerForm;
  readonly place: number;
  /** Whether it may be who fills it in. */
  readonly isOwner: boolean;
  readonly errors: FieldErrors;
  readonly change: ChangeDraft;
}

function TravellerFields({ traveller, place, isOwner, errors, change }: TravellerFieldsProps) {
  const name = (field: string) => `passengers[${place}].${field}`;
  const set = (field: 'title' | 'firstName' | 'lastName' | 'dateOfBirth') => (value: string) =>
    change((before) => ({
      ...before,
      travellers: before.travellers.map((one) => (one.id === traveller.id ? { ...one, [field]: value } : one)),
    }));
  const of = (field: 'title' | 'firstName' | 'lastName' | 'dateOfBirth') => ({
    id: name(field),
    value: traveller[field],
    onChange: set(field),
    error: errors[name(field)],
  });
  return (
    <Card>
      <fieldset className={styles['traveller']}>
        <legend>
          Traveller {traveller.id} · {kindName(traveller.type)}
          {traveller.type === 'INFANT' ? ' on a lap' : ''}
        </legend>
        {errors[name('type')] === undefined ? null : <p className={styles['fault']}>{errors[name('type')]}</p>}
        <Select label="Title" options={TITLES} {...of('title')} />
        <TextField label="First name" autoComplete={isOwner ? 'given-name' : 'off'} {...of('firstName')} />
        <TextField label="Last name" autoComplete={isOwner ? 'family-name' : 'off'} {...of('lastName')} />
        <TextField label="Date of birth" type="date" autoComplete={isOwner ? 'bday' : 'off'} min="1901-01-01" {...of('dateOfBirth')} />
      </fieldset>
    </Card>
  );
}

interface ContactFieldsProps {
  readonly contact: ContactForm;
  readonly isOwn: boolean;
  readonly errors: FieldErrors;
  readonly change: ChangeDraft;
}

function ContactFields({ contact, isOwn, errors, change }: ContactFieldsProps) {
  const set = (field: keyof ContactForm) => (value: string) =>
    change((before) => ({ ...before, contact: { ...before.contact, [field]: value } }));
  return (
    <Card>
      <fieldset className={styles['contact']}>
        <legend>Contact, should anything change</legend>
        <TextField id="contactInfo.email" label="Email" type="email" autoComplete={isOwn ? 'email' : 'off'} value={contact.email} onChange={set('email')} error={errors['contactInfo.email']} />
        <TextField
          id="contactInfo.phone"
          label="Phone"
          type="tel"
          autoComplete={isOwn ? 'tel' : 'off'}
          hint="With the country: +1 555 123 4567"
          value={contact.phone}
          onChange={set('phone')}
          error={errors['contactInfo.phone']}
        />
      </fieldset>
    </Card>
  );
}
