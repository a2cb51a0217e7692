import { SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/Button';
import { ToggleChip } from '@/components/Chip';
import type { Preferences } from '@/lib/queries/recommendations';
import { AT_REST, MOODS, turned, turnedBehind } from '../model/knobs';
import choices from './choices.module.css';
import { KnobSlider } from './KnobSlider';
import { MoreKnobs } from './MoreKnobs';
import { useWords } from './useWords';
import styles from './knobs.module.css';

export interface Turn {
  knobs: Preferences;
  turn: (change: Partial<Preferences>) => void;
}

/** What one may turn: three sliders and a mood in sight, the rest behind a button. */
export function Knobs({ knobs, turn }: Turn) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const behind = turnedBehind(knobs);
  return (
    <section className={styles.knobs} data-open={open || undefined} aria-label={t('knobs.title')}>
      <Sliders knobs={knobs} turn={turn} />
      <div className={styles.row}>
        <div className={choices.chips} role="group" aria-label={t('knobs.mood')}>
          {MOODS.map((mood) => (
            <ToggleChip
              key={mood}
              pressed={knobs.mood === mood}
              onToggle={() => turn({ mood: knobs.mood === mood ? 'any' : mood })}
            >
              {t(`mood.${mood}`)}
            </ToggleChip>
          ))}
        </div>
        <div className={styles.ways}>
          {turned(knobs) && (
            <Button kind="quiet" onClick={() => turn(AT_REST)}>
              {t('knobs.reset')}
            </Button>
          )}
          <Button
            kind="quiet"
            icon={SlidersHorizontal}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            {behind ? t('knobs.moreTurned', { count: behind }) : t('knobs.more')}
          </Button>
        </div>
      </div>
      {open && <MoreKnobs knobs={knobs} turn={turn} />}
    </section>
  );
}

function Sliders({ knobs, turn }: Turn) {
  const { t } = useWords();
  const lean = (knob: 'popularity' | 'recency', value: number) => {
    if (value === 0) return t('knobs.even');
    return t(value < 0 ? `knobs.${knob}.low` : `knobs.${knob}.high`);
  };
  return (
    <div className={styles.sliders}>
      {(['popularity', 'recency'] as const).map((knob) => (
        <KnobSlider
          key={knob}
          label={t(`knobs.${knob}.label`)}
          ends={[t(`knobs.${knob}.low`), t(`knobs.${knob}.high`)]}
          said={lean(knob, knobs[knob])}
          value={knobs[knob]}
          min={-1}
          max={1}
          rest={0}
          onTurn={(value) => turn({ [knob]: value })}
        />
      ))}
      <KnobSlider
        label={t('knobs.variety.label')}
        ends={[t('knobs.variety.low'), t('knobs.variety.high')]}
        said={String(Math.round(knobs.variety * 100))}
        value={knobs.variety}
        min={0}
        max={1}
        rest={AT_REST.variety}
        onTurn={(variety) => turn({ variety })}
      />
    </div>
  );
}
