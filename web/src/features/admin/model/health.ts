/** Whether an administrator may sleep: what is wrong, worst first. */
import type { Job, Status } from './types';

export type Worry =
  | 'followerStopped'
  | 'differences'
  | 'diskLow'
  | 'jobFailed'
  | 'noBackup'
  | 'backupOld'
  | 'verifyOld'
  | 'lag';

const LOW_DISK = 1024 ** 3;
const DAY = 24 * 3_600_000;
/** A night may be missed by a machine that was off; two may not. */
const OLD = 2 * DAY;
const MUCH_LAG = 1_000;

export function failed(job: Job): boolean {
  return typeof job.last_result?.error === 'string';
}

export function differencesOf(job: Job | undefined): number {
  const found = job?.last_result?.differences;
  return typeof found === 'number' ? found : 0;
}

export function worries(status: Status, now: Date): Worry[] {
  const old = (at: string | null) => at !== null && now.getTime() - Date.parse(at) > OLD;
  const found: [Worry, boolean][] = [
    ['followerStopped', !status.follower.running],
    ['differences', differencesOf(status.jobs.find((job) => job.name === 'verify')) > 0],
    ['diskLow', status.disk.free_bytes < LOW_DISK],
    ['jobFailed', status.jobs.some(failed)],
    ['noBackup', status.last_backup === null],
    ['backupOld', old(status.last_backup)],
    ['verifyOld', old(status.last_verify)],
    ['lag', status.follower.lag > MUCH_LAG],
  ];
  return found.filter(([, is]) => is).map(([name]) => name);
}
