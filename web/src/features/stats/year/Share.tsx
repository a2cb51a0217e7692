import { type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { fontFaces, pngOf, saveBlob, selfContained } from '@/components/charts/save';

import type { YearInReview } from '../model/types';
import { useStatsWords } from '../useStatsWords';
import { capital } from '../words/words';
import { yearFacts } from './facts';
import { type Inks, picture, type PictureText, type Shape, SIZES } from './picture';
import { useYearFact } from './useYearFact';
import styles from './year.module.css';

interface Props {
  review: YearInReview;
  posters: RefObject<HTMLElement | null>;
}

type Pictures = Record<Shape, { blob: Blob; url: string }>;

/** The year as two pictures, made here: nothing leaves this page until somebody sends it. */
export function Share({ review, posters }: Props) {
  const { t } = useTranslation('stats');
  const dialog = useRef<HTMLDialogElement>(null);
  const text = usePictureText(review);
  const [pictures, setPictures] = useState<Pictures | null>(null);
  const [failed, setFailed] = useState(false);

  useEffect(
    () => () => Object.values(pictures ?? {}).forEach(({ url }) => URL.revokeObjectURL(url)),
    [pictures],
  );

  const open = async () => {
    dialog.current?.showModal();
    setFailed(false);
    try {
      setPictures(await draw(text, posters.current));
    } catch {
      setFailed(true);
    }
  };
  return (
    <>
      <button className={styles.button} onClick={() => void open()}>
        {t('share.button')}
      </button>
      <dialog ref={dialog} className={styles.dialog} aria-label={t('share.title')}>
        <div className={styles.dialogHead}>
          <h2>{t('share.title')}</h2>
          <button className={styles.plain} onClick={() => dialog.current?.close()}>
            {t('share.close')}
          </button>
        </div>
        {failed && <p role="alert">{t('share.failed')}</p>}
        {!pictures && !failed && <p>{t('share.drawing')}</p>}
        <div className={styles.pictures}>
          {pictures &&
            (['tall', 'wide'] as const).map((shape) => (
              <Picture key={shape} shape={shape} made={pictures[shape]} year={review.year} />
            ))}
        </div>
      </dialog>
    </>
  );
}

function Picture({
  shape,
  made,
  year,
}: {
  shape: Shape;
  made: { blob: Blob; url: string };
  year: number;
}) {
  const { t } = useTranslation('stats');
  const { width, height } = SIZES[shape];
  const name = `cinematch-${year}-${width}x${height}.png`;
  const file = new File([made.blob], name, { type: 'image/png' });
  const sendable =
    typeof navigator.canShare === 'function' && navigator.canShare({ files: [file] });
  return (
    <div className={styles.picture}>
      <img src={made.url} width={width} height={height} alt={t(`share.alt.${shape}`, { year })} />
      <div>
        <button className={styles.plain} onClick={() => saveBlob(made.blob, name)}>
          {t('share.save', { width, height })}
        </button>
        {sendable && (
          <button
            className={styles.plain}
            onClick={() => void navigator.share({ files: [file] }).catch(() => undefined)}
          >
            {t('share.send')}
          </button>
        )}
      </div>
    </div>
  );
}

function usePictureText(review: YearInReview): PictureText {
  const { t } = useTranslation('stats');
  const { n } = useStatsWords();
  const tell = useYearFact();
  const told = yearFacts(review).filter((fact) =>
    ['director', 'actor', 'genre', 'month', 'streak'].includes(fact.key),
  );
  return {
    year: review.year,
    title: t('share.heading'),
    figures: [
      { value: n.whole(review.films), label: t('figure.films', { count: review.films }) },
      { value: n.whole(review.minutes / 60), label: t('figure.hours') },
      ...(review.avg_rating === null
        ? []
        : [{ value: n.stars(review.avg_rating, 2), label: t('share.mean') }]),
    ],
    facts: told.map((fact) => {
      const { label, value } = tell(fact);
      return { label, value };
    }),
    months: Object.entries(review.months)
      .sort()
      .map(([month, value]) => ({
        label: capital(n.month(Number(month), 'short')).slice(0, 1),
        value,
      })),
  };
}

async function draw(text: PictureText, wall: HTMLElement | null): Promise<Pictures> {
  const drawings = Array.from(
    wall?.querySelectorAll('svg') ?? [],
    (svg) => selfContained(svg).innerHTML,
  );
  const fonts = await fontFaces();
  const made = async (shape: Shape) => {
    const blob = await pngOf(picture(shape, text, inksOfTheme(), drawings, fonts));
    return { blob, url: URL.createObjectURL(blob) };
  };
  return { tall: await made('tall'), wide: await made('wide') };
}

function inksOfTheme(): Inks {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    paper: token('--paper'),
    ink: token('--ink'),
    ink2: token('--ink-2'),
    line: token('--line'),
    accent: token('--accent'),
  };
}
