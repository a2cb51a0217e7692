import { useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleMinus, Scale } from 'lucide-react';
import { useEffect, useState } from 'react';
import { IconButton } from '@/components/Button';
import { Skeleton } from '@/components/Skeleton';
import {
  recommendationKeys,
  useListedBy,
  whyOptions,
  type Suggestion,
} from '@/lib/queries/recommendations';
import { troubleText } from '@/lib/trouble';
import { useMark } from '../api/taste';
import { scoreAccount, starsAccount, type Line } from '../model/account';
import { HeldUp } from './HeldUp';
import { Standing } from './Standing';
import { useWords } from './useWords';
import { Waterfall } from './Waterfall';
import { WhatIf, type Asked } from './WhatIf';
import styles from './account.module.css';

interface Props {
  filmId: string;
  /** As it stands in the list; without it the server is asked. */
  item?: Suggestion;
}

/** A film's score and its stars as accounts, what would change them, and what holds it up. */
export function AccountPanel({ filmId, item }: Props) {
  const listedBy = useListedBy();
  const { data: why, error } = useQuery(whyOptions(filmId, listedBy));
  useSameModel(why?.model, listedBy);
  if (error && !item) return <p role="alert">{troubleText(error)}</p>;
  const shown = item ?? why?.item;
  if (!shown) return <AccountSkeleton />;
  return (
    <div className={styles.account}>
      {why ? <Standing why={why} /> : <Skeleton height="1.5rem" width="70%" />}
      <Accounts key={filmId} item={shown} />
      <HeldUp filmId={filmId} why={why} />
    </div>
  );
}

/** Read the list anew when the model that made it explains no more. */
function useSameModel(explainedBy?: string, listedBy?: string) {
  const client = useQueryClient();
  useEffect(() => {
    if (explainedBy && listedBy && explainedBy !== listedBy) {
      void client.invalidateQueries({ queryKey: recommendationKeys.list });
    }
  }, [client, explainedBy, listedBy]);
}

function Accounts({ item: plain }: { item: Suggestion }) {
  const { t, line: said, figure, titled } = useWords();
  const item = titled(plain);
  const mark = useMark();
  const [asked, setAsked] = useState<Asked | null>(null);
  const score = scoreAccount(item.terms, item.score);
  const stars = starsAccount(item.stars_terms, item.predicted);
  const first = score.lines[0];
  const overall = stars.lines.find((line) => line.kind === 'overall');
  const beyond = overall ? item.predicted - overall.value : 0;

  const actions = (line: Line) =>
    line.kind === 'rating' &&
    line.filmId && (
      <>
        <IconButton
          icon={Scale}
          label={t('account.ask', { title: line.label })}
          pressed={asked?.filmId === line.filmId}
          onClick={() => setAsked(evidence(line))}
        />
        <IconButton
          icon={CircleMinus}
          label={t('account.mute', { title: line.label })}
          onClick={() =>
            mark({
              film: { film_id: line.filmId ?? '', title: line.label },
              kind: 'muted',
              on: true,
            })
          }
        />
      </>
    );

  return (
    <>
      <Waterfall
        title={
          first
            ? t('account.title', {
                line: said(first),
                value: figure(first.shown, score.digits, true),
                sum: figure(score.shown, score.digits),
              })
            : t('account.empty')
        }
        sub={t('account.sub')}
        account={score}
        sumLabel={t('account.sum')}
        actions={actions}
      />
      <WhatIf item={item} lines={score.lines} asked={asked} onAsk={setAsked} />
      <Waterfall
        title={t(beyond < 0 ? 'starsAccount.below' : 'starsAccount.above', {
          stars: figure(stars.shown, stars.digits),
          beyond: figure(Math.abs(beyond), stars.digits),
        })}
        sub={t('starsAccount.sub')}
        account={stars}
        sumLabel={t('starsAccount.sum')}
      />
    </>
  );
}

function evidence(line: Line): Asked {
  return { filmId: line.filmId ?? '', title: line.label, stars: line.stars };
}

function AccountSkeleton() {
  return (
    <div className={styles.account}>
      <Skeleton height="1.5rem" width="70%" />
      <Skeleton height="27rem" />
      <Skeleton height="9rem" />
    </div>
  );
}
