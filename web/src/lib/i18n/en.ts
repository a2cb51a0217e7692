import { byNamespace } from './namespaces';

export default byNamespace(
  import.meta.glob<Record<string, unknown>>(
    ['/src/features/*/locales/en.json', './locales/en/*.json'],
    {
      eager: true,
      import: 'default',
    },
  ),
);
