import { useSyncExternalStore } from 'react';

export interface Toast {
  id: number;
  message: string;
  tone: 'plain' | 'trouble';
  action?: { label: string; run: () => void };
}

const LIFE_MS = 6_000;
const UNDO_LIFE_MS = 10_000;
let toasts: Toast[] = [];
let next = 1;
const listeners = new Set<() => void>();

function change(to: Toast[]): void {
  toasts = to;
  for (const listener of listeners) listener();
}

export function dismiss(id: number): void {
  change(toasts.filter((toast) => toast.id !== id));
}

/** Say something in passing; with `action`, one thing may be done about it (undo, mostly). */
export function toast(
  message: string,
  options: { action?: Toast['action']; tone?: Toast['tone'] } = {},
): number {
  const id = next++;
  change([
    ...toasts.slice(-2),
    { id, message, tone: options.tone ?? 'plain', action: options.action },
  ]);
  setTimeout(() => dismiss(id), options.action ? UNDO_LIFE_MS : LIFE_MS);
  return id;
}

export function useToasts(): Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
}
