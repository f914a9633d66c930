import js from '@eslint/js'
import tseslint from 'typescript-eslint'

// The bubble runs inside other people's pages: small files, typed, never innerHTML.
export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'build.mjs'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    rules: {
      'max-lines': ['error', { max: 250 }],
      'max-len': ['error', { code: 140 }],
      'no-undef': 'off',
      eqeqeq: ['error', 'smart'],
      'no-restricted-properties': ['error', { property: 'innerHTML', message: 'Text is text: build nodes' }],
      '@typescript-eslint/no-explicit-any': 'error',
    },
  },
)
