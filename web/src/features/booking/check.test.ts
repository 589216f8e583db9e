import { expect, test } from 'vitest';

import { missing, refused } from './check';
import { emptyDraft } from './draft';
import { wantedOf } from './wanted';

test('everything that is missing is said at once', () => {
  const draft = emptyDraft(wantedOf({ flights: 'f', adults: 1, children: 1 })!);
  expect(Object.keys(missing(draft))).toEqual([
    'passengers[0].firstName', 'passengers[0].lastName', 'passengers[0].dateOfBirth',
    'passengers[1].firstName', 'passengers[1].lastName', 'passengers[1].dateOfBirth',
    'contactInfo.email', 'contactInfo.phone',
  ]);
});

test('a full form misses nothing', () => {
  const draft = emptyDraft(wantedOf({ flights: 'f' })!);
  const travellers = draft.travellers.map((one) => ({ ...one, firstName: 'Ann', lastName: 'Lee', dateOfBirth: '1990-01-01' }));
  expect(missing({ ...draft, travellers, contact: { email: 'a@example.com', phone: '+12345678' } })).toEqual({});
});

test('what the interface refuses stands at its field, the rest above the form', () => {
  expect(
    refused([
      { field: 'passengers[0].firstName', message: 'it must be letters' },
      { field: 'contactInfo.phone', message: 'it must be + and digits' },
      { field: 'passengers', message: 'children travel with an adult' },
      { field: 'holdIds[0]', message: 'it is gone' },
    ]),
  ).toEqual({
    'passengers[0].firstName': 'It must be letters',
    'contactInfo.phone': 'It must be + and digits',
    '': 'Children travel with an adult; it is gone',
  });
});
