import js from '@eslint/js';
import boundaries from 'eslint-plugin-boundaries';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** Which part of the page may know which; features know no other feature. */
const elements = [
  { type: 'app', pattern: 'src/app/**', mode: 'full' },
  { type: 'app', pattern: 'src/main.tsx', mode: 'full' },
  { type: 'feature', pattern: 'src/features/*', capture: ['name'] },
  { type: 'components', pattern: 'src/components/**', mode: 'full' },
  { type: 'lib', pattern: 'src/lib/**', mode: 'full' },
  { type: 'api', pattern: 'src/api/**', mode: 'full' },
  { type: 'testing', pattern: 'src/testing/**', mode: 'full' },
];

export default tseslint.config(
  { ignores: ['dist', 'coverage', 'src/api/schema.d.ts'] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    files: ['src/**/*.{ts,tsx}', 'vite.config.ts'],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { 'react-hooks': reactHooks, boundaries },
    extends: [jsxA11y.flatConfigs.strict],
    settings: {
      'boundaries/elements': elements,
      'import/resolver': { typescript: { project: './tsconfig.json' } },
    },
    rules: {
      ...reactHooks.configs.recommended.rules,
      'boundaries/element-types': [
        'error',
        {
          default: 'disallow',
          message: '${file.type} may not know ${dependency.type}',
          rules: [
            { from: 'app', allow: ['app', 'feature', 'components', 'lib', 'api'] },
            {
              from: 'feature',
              allow: [['feature', { name: '${from.name}' }], 'components', 'lib', 'api'],
            },
            { from: 'components', allow: ['components', 'lib', 'api'] },
            { from: 'lib', allow: ['lib', 'api', 'components'] },
            { from: 'api', allow: ['api'] },
            { from: 'testing', allow: ['*'] },
          ],
        },
      ],
      '@typescript-eslint/unbound-method': 'off',
      'jsx-a11y/no-noninteractive-element-interactions': [
        'error',
        { handlers: ['onClick', 'onMouseDown', 'onMouseUp'] },
      ],
      // What scrolls must be reachable by keys.
      'jsx-a11y/no-noninteractive-tabindex': [
        'error',
        {
          tags: [],
          roles: ['tabpanel', 'region', 'group', 'img', 'figure'],
          allowExpressionValues: true,
        },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 250 }],
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { attributes: false } },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: ['src/**/*.test.{ts,tsx}', 'src/testing/**'],
    rules: { 'boundaries/element-types': 'off' },
  },
  {
    files: ['*.js', 'scripts/**', 'public/**'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
  },
);
