/** Findings about when and how much somebody watches. */

import { surprise, upTo } from './chance';
import { behindMonth } from './filters';
import type { Finding, Known } from './finding';
import { monthOfYear, monthSpan, peak, total, years } from './series';

const FEWEST_VIEWINGS = 24;
const SURE = 3; // standard deviations
const BEYOND_WHICH_IT_IS_CERTAIN = 8;

export function habits(known: Known): Finding[] {
  return [
    ...month(known),
    ...weekday(known),
    ...yearChange(known),
    ...streak(known),
    ...amount(known),
  ];
}

function month({ stats }: Known): Finding[] {
  const span = monthSpan(stats.monthly_counts);
  const dated = total(span, (cell) => cell.count);
  if (dated < FEWEST_VIEWINGS || span.length < 6) return [];
  const repeated = span.length >= 24 ? monthOfYear(stats.monthly_counts) : [];
  const best = peak(repeated, (row) => row.mean);
  if (best) {
    const others = repeated.filter((row) => row.month !== best.month);
    const usual =
      total(others, (row) => row.count) /
      Math.max(
        1,
        total(others, (row) => row.times),
      );
    const ratio = usual > 0 ? best.mean / usual : 0;
    const sure = surprise(best.count, usual * best.times);
    if (ratio >= 1.4 && sure >= SURE) {
      return [
        {
          id: 'month',
          topic: 'when',
          month: best.month,
          ratio,
          years: best.times,
          strength: 0.5 + upTo(sure, BEYOND_WHICH_IT_IS_CERTAIN) / 2,
          filter: { watched_month: String(best.month), sort: '-watched' },
        },
      ];
    }
  }
  return fullestMonth(span, dated);
}

function fullestMonth(span: ReturnType<typeof monthSpan>, dated: number): Finding[] {
  const best = peak(span, (cell) => cell.count);
  const sure = best ? surprise(best.count, dated / span.length) : 0;
  if (!best || sure < SURE) return [];
  return [
    {
      id: 'fullest_month',
      topic: 'when',
      year: best.year,
      month: best.month,
      count: best.count,
      whole: dated,
      strength: 0.3 + 0.3 * upTo(sure, BEYOND_WHICH_IT_IS_CERTAIN),
      filter: behindMonth(best.year, best.month),
    },
  ];
}

function weekday({ stats }: Known): Finding[] {
  const days = Array.from({ length: 7 }, (_, i) => ({
    day: i + 1,
    count: stats.weekday_counts[String(i + 1)] ?? 0,
  }));
  const dated = total(days, (row) => row.count);
  const best = peak(days, (row) => row.count);
  if (!best || dated < FEWEST_VIEWINGS) return [];
  const found: Finding[] = [];
  const sure = surprise(best.count, dated / 7);
  if (sure >= SURE) {
    found.push({
      id: 'weekday',
      topic: 'when',
      weekday: best.day,
      share: best.count / dated,
      ratio: best.count / ((dated - best.count) / 6),
      strength: 0.35 + upTo(sure, BEYOND_WHICH_IT_IS_CERTAIN) / 2,
      filter: { weekday: String(best.day), sort: '-watched' },
    });
  }
  return found;
}

function yearChange({ stats, currentYear }: Known): Finding[] {
  const whole = years(stats).filter((row) => Number(row.year) < currentYear);
  const [before, last] = whole.slice(-2);
  if (!before || !last || before.count < 12 || last.count < 12) return [];
  const sure = Math.abs(last.count - before.count) / Math.sqrt(last.count + before.count);
  if (sure < SURE) return [];
  return [
    {
      id: 'year_change',
      topic: 'amount',
      year: last.year,
      before: before.year,
      count: last.count,
      countBefore: before.count,
      strength: 0.35 + upTo(sure, BEYOND_WHICH_IT_IS_CERTAIN) * 0.4,
      filter: { watched_year: last.year, sort: '-watched' },
    },
  ];
}

function streak({ highlights }: Known): Finding[] {
  const longest = highlights?.streaks;
  if (!longest?.longest_from || !longest.longest_to || longest.longest_days < 5) return [];
  return [
    {
      id: 'streak',
      topic: 'amount',
      days: longest.longest_days,
      from: longest.longest_from,
      to: longest.longest_to,
      strength: 0.3 + upTo(longest.longest_days, 30) * 0.4,
      filter: {
        watched_from: longest.longest_from,
        watched_to: longest.longest_to,
        sort: 'watched',
      },
    },
  ];
}

function amount({ stats }: Known): Finding[] {
  const found: Finding[] = [];
  if (stats.viewing_minutes >= 1440) {
    found.push({
      id: 'time',
      topic: 'amount',
      minutes: stats.viewing_minutes,
      films: stats.total_watched,
      strength: 0.34,
      filter: { seen: 'yes', sort: '-runtime' },
    });
  }
  const share = stats.viewings ? stats.rewatches / stats.viewings : 0;
  if (stats.rewatches >= 5 && share >= 0.08) {
    found.push({
      id: 'rewatches',
      topic: 'again',
      share,
      count: stats.rewatches,
      strength: 0.3 + upTo(share, 0.5) * 0.5,
      filter: { rewatched: 'yes' },
    });
  }
  return found;
}
