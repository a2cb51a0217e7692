export type Language = 'it' | 'en';
export type Theme = 'light' | 'dark' | 'system';
/** `interface` follows the language of the page. */
export type TitleLanguage = 'interface' | 'original' | 'it' | 'en';

export interface Settings {
  language: Language | null;
  theme: Theme;
  title_language: TitleLanguage;
  week_start: number;
}

export interface User {
  user_id: string;
  username: string;
  role: 'user' | 'administrator';
  created_at: string;
  settings: Settings;
  seq: number;
}

export interface Setup {
  needs_setup: boolean;
  registration_open: boolean;
  version: string;
  default_language: Language;
}

export interface Token {
  token_id: string;
  name: string;
  created_at: string;
  last_used_at: string | null;
}
