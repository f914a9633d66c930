/** What a script left for the agent to type: 【请填写：运单号】. A message with one of these is not sent. Pure. */
const MARK = /【请填写：([^】]{1,20})】/g

/** What is still to be typed, each once. */
export const marksIn = (text: string): string[] => [...new Set([...text.matchAll(MARK)].map((found) => found[1] ?? ''))]
/** Where the first one stands: the composer selects it, so that typing replaces it. */
export function firstMark(text: string): [number, number] | null {
  const found = new RegExp(MARK.source).exec(text)
  return found ? [found.index, found.index + found[0].length] : null
}
