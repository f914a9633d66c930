/** "/" in the composer: which word is being looked up, and what the text is after a choice. Pure. */
export interface Slash {
  from: number
  query: string
}

/** The "/word" that ends at the cursor: at the beginning, after a space or a sentence's end; not inside a date or address. */
export function slashAt(text: string, cursor: number): Slash | null {
  const found = /(^|[\s，。！？；…~～）,!?;)])\/([^\s/]{0,24})$/.exec(text.slice(0, cursor))
  return found ? { from: cursor - (found[2] ?? '').length - 1, query: found[2] ?? '' } : null
}

/** The chosen words in the place of "/word"; several stack, each on a line of its own. */
export function put(
  text: string,
  cursor: number,
  slash: Slash | null,
  words: string,
): { text: string; cursor: number } {
  const from = slash?.from ?? cursor
  const before = text.slice(0, from).replace(/[ \t]+$/, '')
  const joint = before && !before.endsWith('\n') ? '\n' : ''
  const made = before + joint + words
  return { text: made + text.slice(cursor), cursor: made.length }
}
