import { X } from 'lucide-react';
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/lib/format';
import { Stars } from './Stars';
import styles from './StarRating.module.css';

interface Props {
  value: number | null;
  onRate: (stars: number | null) => void;
  label?: string;
  size?: 'small' | 'medium' | 'large';
}

const MAX = 5;
const STEP = 0.5;
const SETTLE_MS = 700;

/** Where in the row a finger stands → stars in halves. */
export function starsAt(offset: number, width: number): number {
  const halves = Math.ceil((offset / width) * MAX * 2);
  return Math.min(Math.max(halves, 1), MAX * 2) / 2;
}

/** The value that a key asks for; undefined when the key is not ours. */
export function starsByKey(key: string, now: number | null): number | null | undefined {
  const at = now ?? 0;
  if (key === 'ArrowRight' || key === 'ArrowUp') return Math.min(at + STEP, MAX);
  if (key === 'ArrowLeft' || key === 'ArrowDown') return at <= STEP ? null : at - STEP;
  if (key === 'Home') return STEP;
  if (key === 'End') return MAX;
  if (key === 'Delete' || key === 'Backspace' || key === '0') return null;
  return /^[1-5]$/.test(key) ? Number(key) : undefined;
}

/** Half stars by click, by drag, by arrow keys. Keys are sent when the hand rests. */
export function StarRating({ value, onRate, label, size = 'medium' }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const [draft, setDraft] = useState<number | null | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const pending = useRef<(() => void) | null>(null);
  const dragging = useRef(false);
  const shown = draft === undefined ? value : draft;

  useEffect(
    () => () => {
      clearTimeout(timer.current);
      pending.current?.();
    },
    [],
  );

  function commit(stars: number | null): void {
    clearTimeout(timer.current);
    pending.current = null;
    setDraft(undefined);
    if (stars !== value) onRate(stars);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Enter' && draft !== undefined) return commit(draft);
    const stars = starsByKey(event.key, shown);
    if (stars === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    setDraft(stars);
    clearTimeout(timer.current);
    pending.current = () => {
      if (stars !== value) onRate(stars);
    };
    timer.current = setTimeout(() => commit(stars), SETTLE_MS);
  }

  function under(event: PointerEvent): number {
    const box = event.currentTarget.getBoundingClientRect();
    return starsAt(event.clientX - box.left, box.width);
  }

  const text =
    shown === null ? t('rating.none') : t('rating.value', { stars: format.stars(shown) });
  return (
    <div className={`${styles.rating} ${styles[size]}`}>
      <div
        role="slider"
        tabIndex={0}
        aria-label={label ?? t('rating.label')}
        aria-valuemin={0}
        aria-valuemax={MAX}
        aria-valuenow={shown ?? 0}
        aria-valuetext={text}
        className={styles.slider}
        data-draft={draft !== undefined || undefined}
        onKeyDown={onKeyDown}
        onBlur={() => draft !== undefined && commit(draft)}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          dragging.current = true;
          event.currentTarget.setPointerCapture?.(event.pointerId);
          setDraft(under(event));
        }}
        onPointerMove={(event) => {
          if (dragging.current || event.pointerType === 'mouse') setDraft(under(event));
        }}
        onPointerLeave={() => {
          if (!dragging.current && !pending.current) setDraft(undefined);
        }}
        onPointerCancel={() => {
          dragging.current = false;
          setDraft(undefined);
        }}
        onPointerUp={(event) => {
          if (!dragging.current) return;
          dragging.current = false;
          commit(under(event));
        }}
      >
        <Stars value={shown} />
      </div>
      {value !== null && (
        <button
          type="button"
          className={styles.clear}
          aria-label={t('rating.clear')}
          onClick={() => commit(null)}
        >
          <X size={16} strokeWidth={1.75} aria-hidden />
        </button>
      )}
    </div>
  );
}
