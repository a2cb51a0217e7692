import { useMemo } from 'react';
import { useFormat } from '@/lib/format';

export type Figures = ReturnType<typeof useFigures>;

/** Figures with as many digits as they bear, in the reader's language. */
export function useFigures() {
  const format = useFormat();
  const { locale } = format;
  return useMemo(() => {
    const digits = (least: number, most = least) =>
      new Intl.NumberFormat(locale, { minimumFractionDigits: least, maximumFractionDigits: most });
    const three = digits(3);
    const one = digits(1);
    const percent = new Intl.NumberFormat(locale, {
      style: 'percent',
      minimumFractionDigits: 1,
      maximumFractionDigits: 1,
    });
    const time = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
    return {
      /** 0.8472 → "0.847". */
      three: (value: number) => three.format(value),
      /** 12.34 → "12.3". */
      one: (value: number) => one.format(value),
      /** 0.872 → "87.2%", always with its decimal. */
      percent: (share: number) => percent.format(share),
      /** Milliseconds since 1970 → "21:04:09". */
      time: (at: number) => time.format(at),
    };
  }, [locale]);
}
