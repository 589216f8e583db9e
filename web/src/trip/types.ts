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
