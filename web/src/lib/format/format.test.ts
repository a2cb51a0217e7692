import { describe, expect, it } from 'vitest';
import { formats, today } from './format';

const en = formats('en', 'en');
const it_ = formats('it', 'it');

describe('what is said in figures', () => {
  it('says as much of a date as is known', () => {
    expect(en.date('2024-05-17')).toBe('17 May 2024');
    expect(en.date('2024-05')).toBe('May 2024');
    expect(it_.date('2024')).toBe('2024');
    expect(it_.date('')).toBe('');
    expect(it_.date('2024-05-17')).toBe('17 maggio 2024');
  });

  it('says minutes as hours', () => {
    expect(en.duration(45)).toBe('45 min');
    expect(en.duration(120)).toBe('2 h');
    expect(en.duration(139)).toBe('2 h 19 min');
    expect(en.duration(75_000)).toBe('1,250 h');
  });

  it('begins the week on Monday', () => {
    expect(en.weekday(1)).toBe('Monday');
    expect(it_.weekday(7)).toBe('domenica');
  });

  it('knows states that are no more', () => {
    expect(it_.country('SU')).toBe('Unione Sovietica');
    expect(en.country('CS')).toBe('Czechoslovakia');
    expect(en.country('IT')).toBe('Italy');
    expect(en.country('??')).toBe('??');
  });

  it('writes stars with one decimal and means with two', () => {
    expect(en.stars(4)).toBe('4.0');
    expect(it_.mean(3.456)).toBe('3,46');
  });

  it('gives the title asked for, and the other by which the reader may know it', () => {
    const film = { title: 'Shichinin no samurai', title_en: 'Seven Samurai', title_it: null };
    expect(en.title(film)).toBe('Seven Samurai');
    expect(en.otherTitle(film)).toBe('Shichinin no samurai');
    expect(it_.title(film)).toBe('Shichinin no samurai');
    expect(it_.otherTitle(film)).toBeNull();
  });

  it('takes today from the viewer’s own calendar', () => {
    expect(today(new Date(2024, 0, 5, 23, 59))).toBe('2024-01-05');
  });
});
