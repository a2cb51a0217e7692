import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import english from './en';
import italian from './it';

type Words = Record<string, unknown>;

function flat(words: Words, path = ''): string[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null
      ? flat(value as Words, `${path}${key}.`)
      : [`${path}${key}`],
  );
}

const PLURAL = /_(zero|one|two|few|many|other)$/;
const bare = (keys: string[]) => [...new Set(keys.map((key) => key.replace(PLURAL, '')))].sort();

function valueAt(words: Words, key: string): string {
  return key.split('.').reduce<unknown>((at, part) => (at as Words)[part], words) as string;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((file) => {
    const path = join(folder, file.name);
    if (file.isDirectory()) return sources(path);
    return /\.tsx?$/.test(file.name) && !/\.test\./.test(file.name) ? [path] : [];
  });
}

const text = sources('src')
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n');
/** t(`place.${kind}`) uses whatever begins so; t(`${kind}.title`) whatever ends so. */
const templates = [...text.matchAll(/`((?:\w+:)?[\w.-]*)\$\{[^`]*?\}([\w.-]*)`/g)]
  .map((match) => ({ head: (match[1] ?? '').replace(/^\w+:/, ''), tail: match[2] ?? '' }))
  .filter(({ head, tail }) => head.includes('.') || tail.startsWith('.'));

function named(namespace: string, key: string): boolean {
  const written = [`'${key}'`, `"${key}"`, `'${namespace}:${key}'`];
  if (written.some((literal) => text.includes(literal))) return true;
  return templates.some(({ head, tail }) => key.startsWith(head) && key.endsWith(tail));
}

describe.each(Object.keys(english))('the words of %s', (namespace) => {
  const en = english[namespace] ?? {};
  const it_ = italian[namespace] ?? {};

  it('are the same in both languages', () => {
    expect(bare(flat(it_))).toEqual(bare(flat(en)));
  });

  it('are all said somewhere', () => {
    expect(bare(flat(en)).filter((key) => !named(namespace, key))).toEqual([]);
  });

  it('are not empty, and name the same values', () => {
    const values = (said: string) => [...said.matchAll(/\{\{(\w+)/g)].map((m) => m[1]).sort();
    for (const key of flat(en)) {
      const said = valueAt(en, key);
      expect(said.trim(), key).not.toBe('');
      if (!PLURAL.test(key)) expect(values(valueAt(it_, key)), key).toEqual(values(said));
    }
  });
});

it('both languages have the same rooms', () => {
  expect(Object.keys(italian).sort()).toEqual(Object.keys(english).sort());
});
