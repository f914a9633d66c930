/**
 * What a buyer wrote, cut into pieces that can be shown safely: words, links (never opened without asking), and signs
 * that nobody sees but that change what is read: zero-width signs, direction overrides, odd spaces. Pure.
 */
export type Piece =
  | { type: 'text'; text: string }
  | { type: 'link'; text: string; url: string; host: string; odd: boolean }
  | { type: 'hidden'; code: string; name: HiddenName }
export type HiddenName = 'zeroWidth' | 'direction' | 'control' | 'space' | 'tag'

const EMOJI = /\p{Extended_Pictographic}|\p{Emoji_Modifier}|\uFE0F/u
const LINK = /https?:\/\/[^\s<>"'，。；！？、）】》]+/giu

/** The name of a sign that is not seen, or null. Line breaks and tabs are seen. */
export function hiddenName(sign: string): HiddenName | null {
  const code = sign.codePointAt(0) ?? 0
  if (code === 9 || code === 10 || code === 13) return null
  if (code < 32 || (code >= 127 && code < 160)) return 'control'
  if ([0x200b, 0x200c, 0x200d, 0x2060, 0xfeff, 0x180e, 0x00ad, 0x034f, 0x115f, 0x1160, 0x3164, 0xffa0].includes(code))
    return 'zeroWidth'
  if ([0x200e, 0x200f, 0x061c].includes(code)) return 'direction'
  if ((code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)) return 'direction'
  if (code >= 0xe0000 && code <= 0xe007f) return 'tag'
  if ([0x2028, 0x2029, 0x2800].includes(code)) return 'space'
  return null
}

/** A joiner between two parts of one emoji is part of it (👨‍👩‍👧), not a trick. */
function joins(signs: readonly string[], at: number): boolean {
  return signs[at] === '\u200d' && EMOJI.test(signs[at - 1] ?? '') && EMOJI.test(signs[at + 1] ?? '')
}

function withHidden(text: string): Piece[] {
  const pieces: Piece[] = []
  let words = ''
  const signs = [...text]
  signs.forEach((sign, at) => {
    const name = hiddenName(sign)
    if (name === null || joins(signs, at)) {
      words += sign
      return
    }
    if (words) pieces.push({ type: 'text', text: words })
    words = ''
    const code = `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
    pieces.push({ type: 'hidden', code, name })
  })
  if (words) pieces.push({ type: 'text', text: words })
  return pieces
}

/** A host in foreign letters, a name and password before it, or a bare number: look twice. */
function oddHost(url: URL): boolean {
  return url.hostname.includes('xn--') || url.username !== '' || /^[\d.]+$|^\[/.test(url.hostname) || url.port !== ''
}

function linkOf(text: string): Piece | null {
  try {
    const url = new URL(text)
    return { type: 'link', text, url: url.href, host: url.hostname, odd: oddHost(url) }
  } catch {
    return null
  }
}

export function pieces(text: string): Piece[] {
  const found: Piece[] = []
  let from = 0
  for (const match of text.matchAll(LINK)) {
    const link = [...match[0]].some((sign) => hiddenName(sign)) ? null : linkOf(match[0])
    if (!link) continue
    found.push(...withHidden(text.slice(from, match.index)), link)
    from = match.index + match[0].length
  }
  return [...found, ...withHidden(text.slice(from))]
}

/** One line for a list: what is hidden shows as a sign, so that a line never reads backwards. */
export function oneLine(text: string): string {
  return withHidden(text)
    .map((one) => (one.type === 'hidden' ? '▯' : one.type === 'text' ? one.text : ''))
    .join('')
}
