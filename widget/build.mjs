// One file, under 20 kB gzipped: the build stops when it grows past that.
import { build } from 'esbuild'
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const LIMIT = 20_000
await build({
  entryPoints: ['src/main.ts'],
  outfile: 'dist/widget.js',
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2021',
  legalComments: 'none',
  loader: { '.css': 'text' },
})
const size = gzipSync(readFileSync('dist/widget.js'), { level: 9 }).length
console.log(`widget.js: ${size} bytes gzipped (limit ${LIMIT})`)
if (size > LIMIT) {
  console.error('The chat bubble is too big: take something out')
  process.exit(1)
}
