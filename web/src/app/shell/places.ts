import {
  BookOpen,
  ChartColumn,
  Clapperboard,
  House,
  Library,
  ListVideo,
  Bookmark,
  Popcorn,
  Sofa,
  UsersRound,
  type LucideIcon,
} from 'lucide-react';

export interface PlaceToGo {
  to: string;
  /** Key in the namespace `shell`. */
  word: string;
  icon: LucideIcon;
  /** After `g`. */
  key: string;
  /** In the bar at the foot of a phone. */
  thumb?: boolean;
}

/** The rail, the bar and the keys are all read from here. */
export const PLACES_TO_GO: readonly PlaceToGo[] = [
  { to: '/', word: 'home', icon: House, key: 'h', thumb: true },
  { to: '/diary', word: 'diary', icon: BookOpen, key: 'd', thumb: true },
  { to: '/films', word: 'films', icon: Clapperboard, key: 'f' },
  { to: '/library', word: 'library', icon: Library, key: 'c' },
  { to: '/watchlist', word: 'watchlist', icon: Bookmark, key: 'w' },
  { to: '/lists', word: 'lists', icon: ListVideo, key: 'l' },
  { to: '/for-you', word: 'forYou', icon: Popcorn, key: 'r', thumb: true },
  { to: '/together', word: 'together', icon: Sofa, key: 'u' },
  { to: '/stats', word: 'statistics', icon: ChartColumn, key: 's', thumb: true },
  { to: '/trends', word: 'trends', icon: UsersRound, key: 't' },
];
