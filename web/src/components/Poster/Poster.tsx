import { memo, useId, useMemo, useState } from 'react';
import type { FilmFacts } from '@/api/types';
import { useFormat } from '@/lib/format';
import { compose, HEIGHT, WIDTH, type PosterFilm } from './compose';
import styles from './Poster.module.css';

export type PosterSubject = PosterFilm &
  Pick<FilmFacts, 'title' | 'title_en' | 'title_it'> & { poster_url?: string | null };

interface Props {
  film: PosterSubject;
  /** Under some 110 px: the title alone, and larger. */
  compact?: boolean;
  /** Beside a written title the poster is decoration. */
  decorative?: boolean;
  /** Above the fold: fetched at once. */
  eager?: boolean;
}

/** A film's picture where there is one, and otherwise our own: set in type, drawn from the film's id. */
export const Poster = memo(function Poster({ film, compact, decorative, eager }: Props) {
  const format = useFormat();
  const [broken, setBroken] = useState(false);
  const title = format.title(film);
  const label = film.year ? `${title} (${film.year})` : title;
  if (film.poster_url && !broken) {
    return (
      <div className={styles.poster}>
        <img
          src={film.poster_url}
          alt={decorative ? '' : label}
          width={WIDTH}
          height={HEIGHT}
          loading={eager ? 'eager' : 'lazy'}
          decoding="async"
          onError={() => setBroken(true)}
        />
      </div>
    );
  }
  return (
    <Drawn film={film} title={title} label={label} compact={compact} decorative={decorative} />
  );
});

interface DrawnProps extends Props {
  title: string;
  label: string;
}

function Drawn({ film, title, label, compact = false, decorative = false }: DrawnProps) {
  const clip = useId();
  const {
    inks,
    area,
    shapes,
    title: block,
    note,
  } = useMemo(() => compose(film, title, compact), [film, title, compact]);
  const director = film.directors[0]?.name;
  return (
    <div className={styles.poster}>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role={decorative ? undefined : 'img'}
        aria-label={decorative ? undefined : label}
        aria-hidden={decorative || undefined}
        focusable="false"
      >
        <clipPath id={clip}>
          <rect x={area.x} y={area.y} width={area.w} height={area.h} />
        </clipPath>
        <rect width={WIDTH} height={HEIGHT} fill={inks.field} />
        <g clipPath={`url(#${clip})`}>
          {shapes.map((shape, at) => (
            <path
              key={at}
              d={shape.d}
              fill={shape.fill ?? 'none'}
              stroke={shape.stroke}
              strokeWidth={shape.width}
            />
          ))}
        </g>
        <g
          className={styles.title}
          fill={inks.text}
          style={{ fontWeight: block.weight, fontStretch: `${block.axis}%` }}
        >
          {block.lines.map((line, at) => (
            <text
              key={at}
              x={block.x}
              y={block.y + line.y}
              fontSize={line.size}
              textLength={line.length}
              lengthAdjust={line.length ? 'spacingAndGlyphs' : undefined}
            >
              {line.text}
            </text>
          ))}
        </g>
        {note && (
          <g className={styles.note} fill={inks.text}>
            {director && (
              <text x={block.x} y={note.y}>
                {director}
              </text>
            )}
            {film.year && (
              <text x={WIDTH - block.x} y={note.y} textAnchor="end">
                {film.year}
              </text>
            )}
          </g>
        )}
      </svg>
    </div>
  );
}
