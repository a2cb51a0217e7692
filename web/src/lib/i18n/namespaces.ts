type Words = Record<string, unknown>;

/** features/diary/locales/en.json → "diary"; lib/i18n/locales/en/common.json → "common". */
export function byNamespace(files: Record<string, Words>): Record<string, Words> {
  const found: Record<string, Words> = {};
  for (const [path, words] of Object.entries(files)) {
    const name = /features\/([^/]+)\//.exec(path)?.[1] ?? /([^/]+)\.json$/.exec(path)?.[1];
    if (name) found[name] = words;
  }
  return found;
}
