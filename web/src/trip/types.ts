/** The words of the interface that bookings, payments and trips share; all of them come from its document. */

import type { components } from '../api/schema';

type Schemas = components['schemas'];

export type Booking = Schemas['Booking'];
export type BookedSegment = Schemas['BookedSegment'];
export type Flight = Schemas['Flight'];
export type Money = Schemas['Money'];
export type HoldMade = Schemas['HoldMade'];
export type Yours = Schemas['Yours'];

export type CabinClass = 'ECONOMY' | 'PREMIUM_ECONOMY' | 'BUSINESS' | 'FIRST';
export type TravellerType = 'ADULT' | 'CHILD' | 'INFANT';

/** What one passenger pays on all departures. The document describes it by another type of the same name. */
export interface PassengerPrice {
  readonly passengerId: string;
  readonly total: Money;
  readonly base: Money;
  readonly taxes: Money;
  readonly supplements: Money;
}
