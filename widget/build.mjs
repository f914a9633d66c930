// One file, under 20 kB gzipped: the build stops when it grows past that.
import { build, transform } from 'esbuild'
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const LIMIT = 20_000
/** The style sheet goes in as text, made small first. */
const css = {
  name: 'css',
  setup: (made) =>
    made.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, 'utf8'), { loader: 'css', minify: true })
      return { contents: code, loader: 'text' }
    }),
}
await build({
  entryPoints: ['src/main.ts'],
  outfile: 'dist/widget.js',
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2021',
  legalComments: 'none',
  plugins: [css],
})
const size = gzipSync(readFileSync('dist/widget.js'), { level: 9 }).length
console.log(`widget.js: ${size} bytes gzipped (limit ${LIMIT})`)
if (size > LIMIT) {
  console.error('The chat bubble is too big: take something out')
  process.exit(1)
}
