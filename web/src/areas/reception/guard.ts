/** The guard's findings over a text that is being written. Pure. */
import type { GuardHit, Verdict } from './types'

export interface Piece {
  text: string
  level: '' | 'block' | 'warn' | 'log'
}

/** The server counts characters (code points), the browser counts UTF-16 units. */
function units(text: string, place: number): number {
  let at = 0
  for (let left = place; left > 0 && at < text.length; left -= 1) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
  return at
}

export function spanIn(text: string, span: readonly [number, number]): [number, number] {
  return [units(text, span[0]), units(text, span[1])]
}

/** The text in pieces, the findings marked; overlapping ones take the stricter colour. */
export function piecesOf(text: string, verdict: Verdict | null): Piece[] {
  const marks = new Array<Piece['level']>(text.length).fill('')
  const weight = { '': 0, log: 1, warn: 2, block: 3 } as const
  for (const hit of verdict?.rules ?? []) {
    const level = (['block', 'warn', 'log'].includes(hit.level) ? hit.level : 'log') as Exclude<Piece['level'], ''>
    const [from, to] = spanIn(text, hit.span)
    for (let at = from; at < Math.min(to, text.length); at += 1) {
      if (weight[level] > weight[marks[at] ?? '']) marks[at] = level
    }
  }
  const pieces: Piece[] = []
  for (let at = 0; at < text.length; at += 1) {
    const level = marks[at] ?? ''
    const last = pieces.at(-1)
    if (last && last.level === level) last.text += text[at]
    else pieces.push({ text: text[at] ?? '', level })
  }
  return pieces
}

const ENDS = /[。！？!?；;\n]/
const WHOLE = 8

/**
 * One click: the proposed words in the place of what was found. The guard proposes whole answers; such a one takes the
 * place of the sentence, since what is left of it would make no sense. A short word only replaces the word.
 */
export function rewrite(text: string, hit: GuardHit): string {
  if (hit.rewrite === null) return text
  let [from, to] = spanIn(text, hit.span)
  if (hit.rewrite.length >= WHOLE) {
    while (from > 0 && !ENDS.test(text[from - 1] ?? '')) from -= 1
    while (to < text.length && !ENDS.test(text[to] ?? '')) to += 1
  }
  return text.slice(0, from) + hit.rewrite + text.slice(to)
}

/** One hint per rule: the same rule in three places is said once, with all its words. */
export function hintsOf(text: string, verdict: Verdict | null): { hit: GuardHit; words: string[] }[] {
  const found = new Map<string, { hit: GuardHit; words: string[] }>()
  for (const hit of verdict?.rules ?? []) {
    if (hit.level === 'log') continue
    const word = text.slice(...spanIn(text, hit.span))
    const known = found.get(hit.id)
    if (!known) found.set(hit.id, { hit, words: [word] })
    else if (!known.words.includes(word)) known.words.push(word)
  }
  return [...found.values()]
}
