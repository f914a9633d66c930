// Server-sent events over fetch: EventSource cannot carry the Authorization header, and a token has no place in an address.
export interface Frame {
  id: string
  event: string
  data: string
}

/** Cuts a stream of text into frames; whatever is left over waits for the next piece. */
export class Frames {
  private rest = ''

  push(piece: string): Frame[] {
    this.rest += piece.replace(/\r\n/g, '\n')
    const parts = this.rest.split('\n\n')
    this.rest = parts.pop() ?? ''
    return parts.map(parse).filter((frame) => frame.data !== '')
  }
}

function parse(block: string): Frame {
  const frame: Frame = { id: '', event: 'message', data: '' }
  for (const line of block.split('\n')) {
    if (line.startsWith(':')) continue
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (name === 'data') frame.data += (frame.data && '\n') + value
    else if (name === 'id' || name === 'event') frame[name] = value
  }
  return frame
}

/** Waits before trying again: 0.5 s, doubling to 15 s, with some scatter so that a thousand buyers do not come at once. */
export function pause(attempt: number, scatter = Math.random()): number {
  return Math.min(15_000, 500 * 2 ** attempt) * (0.75 + scatter / 2)
}
