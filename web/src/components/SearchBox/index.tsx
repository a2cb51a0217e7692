import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useSettled } from '@/lib/useSettled';
import styles from './SearchBox.module.css';

interface Props {
  label: string;
  value: string;
  onChange: (q: string) => void;
}

/** Narrows what stands below while one types. */
export function SearchBox({ label, value, onChange }: Props) {
  const [typed, setTyped] = useState(value);
  const [outer, setOuter] = useState(value);
  const settled = useSettled(typed.trim(), 220);
  if (outer !== value) {
    setOuter(value);
    if (value !== settled) setTyped(value);
  }
  useEffect(() => {
    if (settled !== outer) onChange(settled);
    // Only what was typed asks; a filter taken away elsewhere is no typing.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [settled]);
  return (
    <div className={styles.search}>
      <Search size={20} strokeWidth={1.75} aria-hidden />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </div>
  );
}
