import { byNamespace } from './namespaces';

export default byNamespace(
  import.meta.glob<Record<string, unknown>>(
    ['/src/features/*/locales/it.json', './locales/it/*.json'],
    {
      eager: true,
      import: 'default',
    },
  ),
);
