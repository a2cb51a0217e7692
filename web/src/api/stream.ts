import { useEffect, useRef } from 'react';
import type { StatsEvent } from './types';

/** The data of an SSE `import` event. */
export interface ImportEvent {
  import_id: string;
  status: string;
  done: number;
  total: number;
  counts: Record<string, number>;
}

/** The data of an SSE `notification` event. */
export interface NotificationEvent {
  notification_id: string;
  kind: string;
}

interface Events {
  stats: StatsEvent;
  import: ImportEvent;
  notification: NotificationEvent;
}

type Listener<K extends keyof Events> = (data: Events[K]) => void;
type Listeners = { [K in keyof Events]: Set<Listener<K>> };

const listeners: Listeners = { stats: new Set(), import: new Set(), notification: new Set() };
const RETRY_MS = 5_000;
let source: EventSource | null = null;
let retry: ReturnType<typeof setTimeout> | undefined;

function deliver<K extends keyof Events>(kind: K, event: MessageEvent<string>): void {
  const data = JSON.parse(event.data) as Events[K];
  for (const listener of listeners[kind]) listener(data);
}

/** One connection for the page. The browser resumes it by Last-Event-ID; we open it anew where it gave up. */
function connect(): void {
  if (source || typeof EventSource === 'undefined') return;
  source = new EventSource('/api/stream');
  source.addEventListener('stats', (event: MessageEvent<string>) => deliver('stats', event));
  source.addEventListener('import', (event: MessageEvent<string>) => deliver('import', event));
  source.addEventListener('notification', (event: MessageEvent<string>) =>
    deliver('notification', event),
  );
  source.addEventListener('error', () => {
    if (source?.readyState !== EventSource.CLOSED) return;
    source = null;
    clearTimeout(retry);
    if (anybodyListens()) retry = setTimeout(connect, RETRY_MS);
  });
}

function anybodyListens(): boolean {
  return Object.values(listeners).some((group) => group.size > 0);
}

function disconnect(): void {
  clearTimeout(retry);
  source?.close();
  source = null;
}

/** Hear what the server says while this component stands. */
export function useStream<K extends keyof Events>(kind: K, listener: Listener<K>): void {
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => {
    const hear: Listener<K> = (data) => latest.current(data);
    const group = listeners[kind] as Set<Listener<K>>;
    group.add(hear);
    connect();
    return () => {
      group.delete(hear);
      if (!anybodyListens()) disconnect();
    };
  }, [kind]);
}
