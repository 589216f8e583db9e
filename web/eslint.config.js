import js from '@eslint/js';
import a11y from 'eslint-plugin-jsx-a11y';
import hooks from 'eslint-plugin-react-hooks';
import ts from 'typescript-eslint';

/** Features never import features; what two of them need lies in `trip`, `seatmap`, `ui`, `api` or `lib`. */
const FEATURES = ['account', 'admin', 'agent', 'airline', 'auth', 'booking', 'flight', 'lookup', 'owner', 'payment', 'search', 'trips'];

const directions = FEATURES.map((feature) => ({
  files: [`src/features/${feature}/**`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: FEATURES.filter((other) => other !== feature).map((other) => ({
          group: [`**/${other}/*`],
          message: 'Features do not import features.',
        })),
      },
    ],
  },
}));

export default ts.config(
  { ignores: ['dist', 'src/api/schema.d.ts', 'playwright-report', 'test-results'] },
  js.configs.recommended,
  ts.configs.recommended,
  { files: ['scripts/**', 'audit/**'], languageOptions: { globals: { URL: 'readonly', console: 'readonly', fetch: 'readonly', process: 'readonly' } } },
  { files: ['src/**/*.tsx'], ...a11y.flatConfigs.recommended },
  // A table that scrolls sideways in its own frame can be reached by keyboard only when the frame takes the focus.
  { files: ['src/**/*.tsx'], rules: { 'jsx-a11y/no-noninteractive-tabindex': ['error', { roles: ['tabpanel', 'region'] }] } },
  { files: ['src/**'], plugins: { 'react-hooks': hooks }, rules: hooks.configs.recommended.rules },
  { rules: { '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }] } },
  ...directions,
);
