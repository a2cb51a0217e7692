/** The installation, as its administrator's calls tell it. */

export interface Job {
  name: string;
  next_run: string | null;
  last_run: string | null;
  last_result: Record<string, unknown> | null;
  running: boolean;
}

export interface Status {
  version: string;
  users: number;
  films: number;
  entries: number;
  events: number;
  follower: { running: boolean; lag: number; position: number };
  disk: { used_bytes: number; free_bytes: number };
  last_backup: string | null;
  last_verify: string | null;
  schema_version: number;
  jobs: Job[];
}

export interface Backup {
  name: string;
  created_at: string;
  reason: string;
  bytes: number;
}

export interface Verdict {
  checked_users: number;
  differences: number;
  details: string[];
}

export interface InstallationSettings {
  registration_open: boolean;
  backup_keep: number;
}
