import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '@/components/Page';
import { suggestionsOptions } from '@/lib/queries/recommendations';
import { useKnobs } from '../api/knobs';
import { useFollowLibrary } from '../api/taste';
import { Elicitation } from './Elicitation';
import { Knobs } from './Knobs';
import { KnobsSkeleton, ListSkeleton } from './Skeletons';
import { ReportCard } from './ReportCard';
import { SetAsideList } from './SetAsideList';
import { SuggestionList } from './SuggestionList';

/** With fewer ratings than this the page begins by asking. */
const ENOUGH = 10;
const LATER = 'cm.ask-later';

interface Props {
  /** Whose account is open. */
  film: string | undefined;
  onFilm: (film: string | undefined) => void;
}

/** Ten films and why. */
export function ForYouPage({ film, onFilm }: Props) {
  const { t } = useTranslation('recommendations');
  const { data: list, error, isFetching } = useQuery(suggestionsOptions);
  const { knobs, turn, busy } = useKnobs();
  const [later, setLater] = useState(() => sessionStorage.getItem(LATER) !== null);
  const [asking, setAsking] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  useFollowLibrary();
  if (error && !list) throw error;
  const few = list !== undefined && list.rated < ENOUGH;
  const lead = list && (few ? t('leadFew') : t('lead', { count: list.rated }));

  function stop(): void {
    sessionStorage.setItem(LATER, 'yes');
    setLater(true);
    setAsking(false);
    heading.current?.focus();
  }

  return (
    <Page title={t('title')} lead={lead ?? '\u00a0'}>
      {((few && !later) || asking) && <Elicitation onStart={() => setAsking(true)} onStop={stop} />}
      {knobs ? <Knobs knobs={knobs} turn={turn} /> : <KnobsSkeleton />}
      {list ? (
        <SuggestionList
          list={list}
          stale={busy || isFetching}
          film={film}
          onFilm={onFilm}
          heading={heading}
          onAsk={few && later ? () => setLater(false) : undefined}
        />
      ) : (
        <ListSkeleton />
      )}
      <ReportCard />
      <SetAsideList />
    </Page>
  );
}
