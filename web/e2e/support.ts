/** What several journeys do: accounts, addresses of trips, and the first steps of a booking. */

import { expect, type APIRequestContext, type Page } from '@playwright/test';

export const PASSWORD = 'a few words in a row';

/** An administrator of the server, without whom the desks are not tried. */
export const ADMIN = process.env['AISLE_ADMIN'] ?? '';
export const SECRET = process.env['AISLE_PASSWORD'] ?? '';

export type Role = 'CUSTOMER' | 'TRAVEL_AGENT' | 'AIRLINE_AGENT' | 'BUSINESS_OWNER';

let made = 0;

/** An address that nobody has yet. */
export function newEmail(name: string): string {
  made += 1;
  return `${name.toLowerCase()}-${Date.now()}-${made}@example.com`;
}

/** The day so many days from now, by UTC. */
export function dayFromNow(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

/** A nonstop departure from JFK to LAX that has many seats open. */
export async function someFlight(request: APIRequestContext, days: number): Promise<string> {
  const answer = await request.post('/api/v1/flights/search', {
    data: {
      origin: 'JFK', destination: 'LAX', departureDate: dayFromNow(days), cabinClass: 'ECONOMY', maxConnections: 0, limit: 20,
      passengers: { adults: 1, children: 0, infants: 0 },
    },
  });
  const { data } = (await answer.json()) as { data: { flightId?: string; seatsLeft: number }[] };
  const flight = data.filter((offer) => offer.seatsLeft >= 20).map((offer) => offer.flightId).find((id) => id !== undefined);
  if (flight === undefined) throw new Error('no departure has twenty seats open');
  return flight;
}

/** Makes an account on the page, and stays signed in. */
export async function register(page: Page, name: string): Promise<string> {
  const email = newEmail(name);
  await page.goto('/register');
  await page.getByLabel('First name').fill(name);
  await page.getByLabel('Last name').fill('Doe');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
  return email;
}

/** Enters who travels, until the seat map is there. */
export async function toSeats(page: Page, flightId: string, name: string, email: string): Promise<void> {
  await page.goto(`/book?flights=${flightId}&cabin=ECONOMY&adults=1`);
  await page.getByLabel('First name').fill(name);
  await page.getByLabel('Last name').fill('Doe');
  await page.getByLabel('Date of birth').fill('1990-01-01');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Phone').fill('+1 555 123 4567');
  await page.getByRole('button', { name: 'Continue to seats' }).click();
  await expect(page.getByRole('grid')).toBeVisible();
}

/** The cell of a seat on the map. */
export function cell(page: Page, seat: string) {
  return page.getByRole('gridcell', { name: new RegExp(`^${seat},`) });
}

/** The number of the nth seat that is open. */
export async function openSeat(page: Page, nth: number): Promise<string> {
  const label = await page.getByRole('gridcell', { name: /, available/ }).nth(nth).getAttribute('aria-label');
  return label?.split(',')[0] ?? '';
}

/** From now on a hold takes a second longer to be asked for. */
export async function slowHolds(page: Page): Promise<void> {
  await page.route('**/holds', async (route) => {
    await new Promise((slow) => setTimeout(slow, 1_000));
    await route.continue();
  });
}

/** An account of this role, made by the administrator as any client would; its address. */
export async function account(request: APIRequestContext, role: Role): Promise<string> {
  const signed = await request.post('/api/v1/auth/login', { data: { email: ADMIN, password: SECRET } });
  const { accessToken } = (await signed.json()) as { accessToken: string };
  const email = newEmail(role);
  const made = await request.post('/api/v1/users', {
    headers: { Authorization: `Bearer ${accessToken}` },
    data: { email, password: PASSWORD, firstName: 'Sam', lastName: 'Reed', role },
  });
  expect(made.status()).toBe(201);
  return email;
}

export async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
}
