import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { SelectField } from '@/components/Field';
import { troubleText } from '@/lib/trouble';
import { useAct, useSayMapping } from '../api/imports';
import {
  assign,
  FIELDS,
  fieldOf,
  fromSuggestion,
  missing,
  OPTIONS,
  ordersOf,
  samples,
  type Field,
  type Mapping,
  type Option,
} from '../model/mapping';
import type { MappingQuestion } from '../model/types';
import { MappingExample } from './MappingExample';
import styles from './mapping.module.css';

const NONE = '';

/** Which column means what: our suggestion, their first lines, and what it would be read as. */
export function MappingForm({ id, question }: { id: string; question: MappingQuestion }) {
  const { t } = useTranslation('transfer');
  const [mapping, setMapping] = useState<Mapping>(() => fromSuggestion(question.suggested));
  const say = useSayMapping(id);
  const act = useAct(id);
  const open = missing(mapping, question);
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (open.length === 0) say.mutate(mapping);
      }}
    >
      <p className={styles.intro}>{t('mapping.intro')}</p>
      <ul className={styles.columns}>
        {question.columns.map((column) => (
          <li
            key={column}
            className={styles.column}
            data-used={fieldOf(mapping, column) ?? undefined}
          >
            <div className={styles.theirs}>
              <b>{column}</b>
              <span>{samples(question, column).slice(0, 3).join(' · ') || t('mapping.empty')}</span>
            </div>
            <SelectField
              label={t('mapping.means', { column })}
              quietLabel
              value={fieldOf(mapping, column) ?? NONE}
              options={[
                { value: NONE, label: t('mapping.aside') },
                ...FIELDS.map((field) => ({ value: field, label: t(`field.${field}`) })),
              ]}
              onChange={(field) =>
                setMapping(assign(mapping, column, (field || null) as Field | null, question))
              }
            />
          </li>
        ))}
      </ul>
      <div className={styles.options}>
        {mapping.rating && <OptionField name="rating_scale" {...{ mapping, setMapping }} />}
        {mapping.date && ordersOf(samples(question, mapping.date)).length !== 1 && (
          <OptionField name="date_order" {...{ mapping, setMapping }} />
        )}
        <OptionField name="rows_are" {...{ mapping, setMapping }} />
      </div>
      <MappingExample question={question} mapping={mapping} />
      {open.map((what) => (
        <p key={what} role="alert" className={styles.open}>
          {t(`mapping.missing.${what}`)}
        </p>
      ))}
      {say.error && (
        <p role="alert" className={styles.open}>
          {troubleText(say.error)}
        </p>
      )}
      <div className={styles.buttons}>
        <Button kind="quiet" onClick={() => act.mutate('discard')}>
          {t('preview.discard')}
        </Button>
        <Button kind="main" type="submit" disabled={open.length > 0} busy={say.isPending}>
          {t('mapping.go')}
        </Button>
      </div>
    </form>
  );
}

interface OptionProps {
  name: Option;
  mapping: Mapping;
  setMapping: (mapping: Mapping) => void;
}

function OptionField({ name, mapping, setMapping }: OptionProps) {
  const { t } = useTranslation('transfer');
  const values: readonly string[] = OPTIONS[name];
  const unsaid = name === 'date_order' ? [{ value: NONE, label: t('mapping.choose') }] : [];
  return (
    <SelectField
      label={t(`mapping.option.${name}`)}
      value={mapping[name] ?? (name === 'date_order' ? NONE : values[0])}
      options={[
        ...unsaid,
        ...values.map((value) => ({ value, label: t(`mapping.${name}.${value}`) })),
      ]}
      onChange={(value) => setMapping({ ...mapping, [name]: value || undefined })}
    />
  );
}
