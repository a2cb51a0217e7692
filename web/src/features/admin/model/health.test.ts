import { describe, expect, it } from 'vitest';
import { worries } from './health';
import type { Status } from './types';

const NOW = new Date('2026-03-05T08:00:00Z');
const WELL: Status = {
  version: '1',
  users: 1,
  films: 1,
  entries: 1,
  events: 1,
  follower: { running: true, lag: 0, position: 1 },
  disk: { used_bytes: 1, free_bytes: 50e9 },
  last_backup: '2026-03-05T02:30:00Z',
  last_verify: '2026-03-05T03:30:00Z',
  schema_version: 1,
  jobs: [],
};

const job = (name: string, last_result: Record<string, unknown>) => ({
  name,
  last_result,
  next_run: null,
  last_run: null,
  running: false,
});

describe('an administrator', () => {
  it('may sleep when all is well', () => {
    expect(worries(WELL, NOW)).toEqual([]);
  });

  it.each([
    ['followerStopped', { follower: { running: false, lag: 0, position: 1 } }],
    ['differences', { jobs: [job('verify', { differences: 2 })] }],
    ['diskLow', { disk: { used_bytes: 1, free_bytes: 5e8 } }],
    ['jobFailed', { jobs: [job('backup', { error: 'no room' })] }],
    ['noBackup', { last_backup: null }],
    ['backupOld', { last_backup: '2026-03-02T02:30:00Z' }],
    ['verifyOld', { last_verify: '2026-03-02T02:30:00Z' }],
    ['lag', { follower: { running: true, lag: 5000, position: 1 } }],
  ])('is told of %s', (worry, change) => {
    expect(worries({ ...WELL, ...change }, NOW)).toEqual([worry]);
  });
});
