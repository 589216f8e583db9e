/**
 * What the form can say before anybody asks the server: what is missing. All rules live in the interface; what it refuses comes back
 * with the name of its field and is shown there.
 */

import type { Draft } from './draft';

/** What is wrong with each field, by the interface's name for it: `passengers[0].firstName`, `contactInfo.email`. */
export type FieldErrors = Readonly<Record<string, string>>;

/** The fields of the first step in which nothing is entered yet. */
export function missing(draft: Draft): FieldErrors {
  const errors: Record<string, string> = {};
  draft.travellers.forEach((traveller, place) => {
    const field = (name: string) => `passengers[${place}].${name}`;
    if (traveller.firstName.trim() === '') errors[field('firstName')] = 'Enter the first name, as in the passport';
    if (traveller.lastName.trim() === '') errors[field('lastName')] = 'Enter the last name, as in the passport';
    if (traveller.dateOfBirth === '') errors[field('dateOfBirth')] = 'Enter the date of birth';
  });
  if (draft.contact.email.trim() === '') errors['contactInfo.email'] = 'Enter an email address';
  if (draft.contact.phone.trim() === '') errors['contactInfo.phone'] = 'Enter a phone number with its country, like +1 555 123 4567';
  return errors;
}

/** The refusals of the interface by field; what belongs to no field of the form is under `''`. */
export function refused(errors: readonly { readonly field: string; readonly message: string }[]): FieldErrors {
  const byField: Record<string, string> = {};
  for (const { field, message } of errors) {
    const shown = isOfForm(field) ? field : '';
    byField[shown] = byField[shown] === undefined ? sentence(message) : `${byField[shown]}; ${message}`;
  }
  return byField;
}

function isOfForm(field: string): boolean {
  return /^passengers\[\d+\]\.(title|type|firstName|lastName|dateOfBirth)$/.test(field) || field.startsWith('contactInfo.');
}

function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}
