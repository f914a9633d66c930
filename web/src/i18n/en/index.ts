import element from 'element-plus/es/locale/lang/en'

const files = import.meta.glob<Record<string, unknown>>(['./*.ts', '!./index.ts'], { eager: true, import: 'default' })
const words: Record<string, unknown> = {}
// A file's name begins its keys (audit.ts -> audit.title); common.ts holds the groups that everybody uses.
for (const [path, pack] of Object.entries(files)) {
  const name = path.replace(/^\.\/|\.ts$/g, '')
  if (name === 'common') Object.assign(words, pack)
  else words[name] = pack
}

export { element, words }
