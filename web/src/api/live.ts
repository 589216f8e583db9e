/**
 * The live socket: one a page, opened when something is watched or somebody is signed in, and again with jitter when it was lost.
 * What it hears is written into the query cache; whoever draws from the cache is live without knowing of it.
 */

import type { QueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';

import { api, body } from './client';
import { noteServerInstant } from './clock';
import { applyDelta, type Delta } from './delta';
import type { components } from './schema';
import { accessToken } from './token';

type SeatMap = components['schemas']['SeatMap'];

export type Connection = 'idle' | 'connecting' | 'live' | 'reconnecting' | 'offline';

interface Frame {
  readonly type: string;
  readonly serverTime?: string;
  readonly flightId?: string;
  readonly seatMap?: SeatMap;
  readonly event?: string;
  readonly id?: string;
  readonly data?: { readonly id?: string; readonly flightId?: string };
}

const PAUSE_FIRST_MS = 400;
const PAUSE_MAX_MS = 15_000;
const TOKEN_ENDED = 4401;

class Live {
  private socket: WebSocket | undefined;
  private state: Connection = 'idle';
  private readonly listeners = new Set<() => void>();
  private readonly watched = new Map<string, number>();
  private readonly eventListeners = new Set<(frame: Frame) => void>();
  private lastEvent: string | undefined;
  private tries = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private client: QueryClient | undefined;

  /** Begins to write into this cache, and to come back when the browser is online again. */
  start(client: QueryClient): void {
    this.client = client;
    window.addEventListener('online', () => this.hurry());
    window.addEventListener('offline', () => this.socket?.close());
    this.open();
  }

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  readonly connection = (): Connection => this.state;

  /** Signed in, or out: the socket is opened anew as whoever it is now. */
  renew(): void {
    this.lastEvent = undefined;
    if (this.socket === undefined) this.hurry();
    else this.socket.close();
  }

  watch(flightId: string): () => void {
    const before = this.watched.get(flightId) ?? 0;
    this.watched.set(flightId, before + 1);
    if (before === 0) this.send(this.subscription(flightId));
    return () => this.unwatch(flightId);
  }

  private unwatch(flightId: string): void {
    const left = (this.watched.get(flightId) ?? 1) - 1;
    if (left > 0) {
      this.watched.set(flightId, left);
      return;
    }
    this.watched.delete(flightId);
    this.send({ op: 'unsubscribe', topic: 'seat-map', flightId });
  }

  private subscription(flightId: string) {
    const known = this.client?.getQueryData<SeatMap>(['seat-map', flightId]);
    return { op: 'subscribe', topic: 'seat-map', flightId, ...(known === undefined ? {} : { from: known.version }) };
  }

  private send(message: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private become(state: Connection): void {
    if (this.state === state) return;
    this.state = state;
    this.listeners.forEach((listener) => listener());
  }

  private hurry(): void {
    clearTimeout(this.timer);
    this.tries = 0;
    if (this.socket === undefined) this.open();
  }

  private open(): void {
    clearTimeout(this.timer);
    this.become(this.tries === 0 && this.state !== 'reconnecting' ? 'connecting' : 'reconnecting');
    this.protocols().then(
      (protocols) => this.connect(protocols),
      () => this.lost(),
    );
  }

  private async protocols(): Promise<string[]> {
    const token = await accessToken();
    if (token === undefined) return ['aisle.v1'];
    const { ticket } = body(await api.POST('/api/v1/auth/ws-ticket'));
    return ['aisle.v1', `ticket.${ticket}`];
  }

  private connect(protocols: string[]): void {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${location.host}/api/v1/ws`, protocols);
    this.socket = socket;
    socket.onopen = () => this.opened();
    socket.onmessage = (message) => this.hear(JSON.parse(String(message.data)) as Frame);
    socket.onclose = (closed) => {
      this.socket = undefined;
      if (closed.code === TOKEN_ENDED) this.tries = 0;
      this.lost();
    };
  }

  private opened(): void {
    this.tries = 0;
    this.become('live');
    for (const flightId of this.watched.keys()) this.send(this.subscription(flightId));
    if (this.lastEvent !== undefined) this.send({ op: 'resume', after: this.lastEvent });
    // What happened to bookings while nobody listened is read again.
    void this.client?.invalidateQueries({ queryKey: ['mine'] });
  }

  private lost(): void {
    this.become(navigator.onLine ? 'reconnecting' : 'offline');
    const pause = Math.min(PAUSE_FIRST_MS * 2 ** this.tries, PAUSE_MAX_MS) * (0.5 + Math.random());
    this.tries += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), pause);
  }

  private hear(frame: Frame): void {
    if (frame.serverTime !== undefined) noteServerInstant(Date.parse(frame.serverTime));
    switch (frame.type) {
      case 'snapshot':
        if (frame.seatMap !== undefined) this.client?.setQueryData(['seat-map', frame.flightId], frame.seatMap);
        return;
      case 'delta':
        this.change(frame as Frame & Delta);
        return;
      case 'yours':
        void this.client?.invalidateQueries({ queryKey: ['mine', 'yours', frame.flightId] });
        return;
      case 'event':
        this.happened(frame);
        return;
    }
  }

  private change(delta: Frame & Delta): void {
    const known = this.client?.getQueryData<SeatMap>(['seat-map', delta.flightId]);
    const next = known === undefined ? undefined : applyDelta(known, delta);
    if (next !== undefined) this.client?.setQueryData(['seat-map', delta.flightId], next);
    // A gap: the whole map is asked for again.
    else this.send({ op: 'subscribe', topic: 'seat-map', flightId: delta.flightId });
  }

  private happened(frame: Frame): void {
    if (frame.id !== undefined) this.lastEvent = frame.id;
    if (frame.event === 'flight:status-changed') {
      void this.client?.invalidateQueries({ queryKey: ['flight', frame.data?.flightId] });
    } else {
      void this.client?.invalidateQueries({ queryKey: ['mine', 'booking', frame.data?.id] });
      void this.client?.invalidateQueries({ queryKey: ['mine', 'payment', frame.data?.id] });
      void this.client?.invalidateQueries({ queryKey: ['mine', 'bookings'] });
      void this.client?.invalidateQueries({ queryKey: ['mine', 'desk'] });
    }
    this.eventListeners.forEach((listener) => listener(frame));
  }
}

export const live = new Live();

/** How the live socket stands. */
export function useLive(): Connection {
  return useSyncExternalStore(live.subscribe, live.connection);
}

/** Keeps the cached seat map of a departure live for as long as somebody looks at it. */
export function useSeatMapLive(flightId: string): Connection {
  useEffect(() => live.watch(flightId), [flightId]);
  return useLive();
}
