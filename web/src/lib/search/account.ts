import { oneOf, text, tidy, type Search } from './read';

export interface SignInSearch {
  /** Where one wanted to go; only within this page. */
  then?: string;
}

export function signInSearch(search: Search): SignInSearch {
  const then = text(search.then);
  return tidy({ then: then && /^\/(?![/\\])/.test(then) ? then : undefined });
}

export interface WelcomeSearch {
  step?: 'ways' | 'films';
}

export function welcomeSearch(search: Search): WelcomeSearch {
  return tidy({ step: oneOf(['ways', 'films'] as const)(search.step) });
}
