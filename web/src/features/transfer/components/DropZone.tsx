import { FileUp } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { useFormat } from '@/lib/format';
import { troubleText } from '@/lib/trouble';
import styles from './drop.module.css';
import { Meter } from './Meter';

interface Props {
  busy: boolean;
  part: number;
  error: unknown;
  onFile: (file: File) => void;
}

const ACCEPTED = '.zip,.csv,.json,.txt,.tsv,.gz';

/** A file may fall anywhere on the page; the zone says so, and has a button for those who choose. */
export function DropZone({ busy, part, error, onFile }: Props) {
  const { t } = useTranslation('transfer');
  const format = useFormat();
  const [name, setName] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const take = (file: File | undefined) => {
    if (!file || busy) return;
    setName(file.name);
    onFile(file);
  };
  const over = usePageDrop(take);
  return (
    <section className={styles.zone} data-over={over || undefined} aria-labelledby="drop-title">
      <FileUp size={40} strokeWidth={1.25} aria-hidden />
      <h2 id="drop-title" className={styles.title}>
        {over ? t('drop.over') : t('drop.title')}
      </h2>
      {busy ? (
        <div className={styles.sending} role="status">
          <p>{t('drop.sending', { name, part: format.percent(Math.round(part * 100) / 100) })}</p>
          <Meter part={part} label={t('drop.progress')} />
        </div>
      ) : (
        <>
          <p className={styles.hint}>{t('drop.hint')}</p>
          <Button kind="main" onClick={() => input.current?.click()}>
            {t('drop.choose')}
          </Button>
        </>
      )}
      <input
        ref={input}
        type="file"
        hidden
        accept={ACCEPTED}
        onChange={(event) => {
          take(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
      {error !== null && !busy && (
        <p role="alert" className={styles.error}>
          {troubleText(error)}
        </p>
      )}
    </section>
  );
}

const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;

function usePageDrop(onFile: (file: File | undefined) => void): boolean {
  const [over, setOver] = useState(false);
  const latest = useRef(onFile);
  useEffect(() => {
    latest.current = onFile;
  });
  useEffect(() => {
    const drag = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(false);
      latest.current(event.dataTransfer?.files[0]);
    };
    window.addEventListener('dragover', drag);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', drag);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, []);
  return over;
}
