import { useEffect, useRef } from 'react';
import { type Message, readMessage } from './messages';

const RETRY_MS = 2_000;
const LONGEST_MS = 30_000;

export type Hear = (jobId: string, number: number, message: Message) => void;

/**
 * Hear what a job says, from its first message to its end. The browser resumes by Last-Event-ID;
 * where it gave up we open anew, which starts nothing: a message that comes twice has its number.
 */
export function useJobStream(jobId: string | null, hear: Hear): void {
  const latest = useRef(hear);
  useEffect(() => {
    latest.current = hear;
  });
  useEffect(() => {
    if (jobId === null) return;
    let source: EventSource | null = null;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let wait = RETRY_MS;
    const close = () => {
      clearTimeout(retry);
      source?.close();
      source = null;
    };
    const open = () => {
      source = new EventSource(`/api/admin/ml/jobs/${encodeURIComponent(jobId)}/stream`);
      source.onmessage = (event: MessageEvent<string>) => {
        wait = RETRY_MS;
        const message = readMessage(event.data);
        if (!message) return;
        if (message.type === 'ended') close();
        latest.current(jobId, Number(event.lastEventId), message);
      };
      source.onerror = () => {
        if (source?.readyState !== EventSource.CLOSED) return;
        close();
        retry = setTimeout(open, wait);
        wait = Math.min(LONGEST_MS, wait * 2);
      };
    };
    open();
    return close;
  }, [jobId]);
}
