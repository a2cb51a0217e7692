import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasStatus } from '@/api/errors';
import {
  type Ask,
  jobOptions,
  jobsOptions,
  useAskForJob,
  useCancelJob,
  useReadAnew,
} from '../api/ml';
import { lineOf, resultLine } from './log';
import type { Message } from './messages';
import { refusal } from './refusal';
import { type Followed, INITIAL, type LogType, reduce } from './state';
import { isOpen, type Job } from './types';
import { useFigures } from './useFigures';
import { useJobStream } from './useJobStream';

/** Between two messages a job goes on: so often its progress is looked up. */
const LOOK_MS = 1_500;

/** The page's own state, and what its buttons do. Nothing here holds a job: it runs by itself. */
export function useDashboard() {
  const { t } = useTranslation('ml');
  const figures = useFigures();
  const [state, dispatch] = useReducer(reduce, INITIAL);
  const [refused, setRefused] = useState<string | null>(null);
  const ask = useAskForJob();
  const cancel = useCancelJob();
  const readAnew = useReadAnew();
  const { data: jobs, refetch: readJobs } = useQuery(jobsOptions);
  const { followed, kOptimization } = state;

  const log = useCallback((type: LogType, text: string, at?: number) => {
    dispatch({ type: 'ADD_LOG', at: at ?? Date.now(), log: type, text });
  }, []);

  const open = jobs?.items.find(isOpen);
  const lastSearch = jobs?.items.find((job) => job.kind === 'optimise-k');
  const known = useRef(new Set<string>());
  useEffect(() => {
    if (open && !known.current.has(open.job_id)) {
      known.current.add(open.job_id);
      dispatch({ type: 'FOLLOW', job: open });
      log('info', t('log.found', { job: t(`kind.${open.kind}`) }));
    } else if (lastSearch && kOptimization.jobId === null) {
      dispatch({ type: 'SHOW_SEARCH', jobId: lastSearch.job_id });
    }
  }, [open, lastSearch, kOptimization.jobId, log, t]);

  const heard = useRef({ id: '', number: 0, text: '' });
  const hear = (jobId: string, number: number, message: Message) => {
    dispatch({ type: 'MESSAGE', jobId, number, message });
    if (followed?.id !== jobId) return;
    const before = heard.current.id === jobId ? heard.current : { number: 0, text: '' };
    if (number <= before.number) return;
    const line = lineOf(message, followed.kind, t, figures);
    if (line && line.text !== before.text) {
      log(line.type, line.text, message.at ? Date.parse(message.at) : undefined);
    }
    heard.current = { id: jobId, number, text: line?.text ?? before.text };
    if (message.type === 'ended') void tellResult(jobId);
  };
  const tellResult = async (jobId: string) => {
    const line = resultLine(await readAnew(jobId), t);
    if (line) log(line.type, line.text);
  };
  const again = kOptimization.status === 'idle' ? kOptimization.jobId : null;
  useJobStream(followed && isOpen(followed) ? followed.id : null, hear);
  useJobStream(again === followed?.id ? null : again, hear);

  const running = followed && isOpen(followed) ? followed : null;
  const { data: polled } = useQuery({
    ...jobOptions(running?.id ?? ''),
    enabled: running !== null,
    refetchInterval: LOOK_MS,
  });

  const begin = async (wanted: Ask) => {
    setRefused(null);
    log('info', t('log.asked', { job: t(`kind.${wanted.kind}`) }));
    try {
      const job = await ask.mutateAsync(wanted);
      known.current.add(job.job_id);
      dispatch({ type: 'FOLLOW', job });
    } catch (error) {
      const why = refusal(error, t);
      setRefused(why);
      log('error', why);
      if (hasStatus(error, 409)) await readJobs();
    }
  };

  return {
    state,
    log,
    begin,
    refused,
    asking: ask.isPending,
    cancelling: cancel.isPending,
    running: polled && running ? { ...running, ...furthest(running, polled) } : running,
    cancel: (id: string) => {
      log('warning', t('log.cancelling'));
      cancel.mutate(id);
    },
    setAutoRefresh: (on: boolean) => {
      dispatch({ type: 'SET_AUTO_REFRESH', on });
      log('info', t(on ? 'log.autoOn' : 'log.autoOff'));
    },
    clearLogs: () => dispatch({ type: 'CLEAR_LOGS' }),
  };
}

export type Dashboard = ReturnType<typeof useDashboard>;

/** Messages and look-ups overtake each other. */
function furthest(heard: Followed, seen: Job): Pick<Followed, 'progress' | 'phase' | 'status'> {
  const later = seen.progress > heard.progress ? seen : heard;
  const status = heard.status === 'waiting' && isOpen(seen) ? seen.status : heard.status;
  return { progress: later.progress, phase: later.phase, status };
}
