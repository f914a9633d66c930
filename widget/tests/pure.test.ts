import { describe, expect, it } from 'vitest'
import { toFen, yuan } from '../src/money'
import { Frames, pause } from '../src/sse'

describe('money', () => {
  it('shows whole fen as yuan', () => {
    expect(yuan(89900)).toBe('¥899.00')
    expect(yuan(5)).toBe('¥0.05')
    expect(yuan(-120)).toBe('-¥1.20')
  })

  it('reads what a buyer types, exactly', () => {
    expect(toFen('899')).toBe(89900)
    expect(toFen('¥1,299.5')).toBe(129950)
    expect(toFen('0.01')).toBe(1)
    expect(toFen('1.005')).toBeNull()
    expect(toFen('一百')).toBeNull()
  })
})

describe('the stream', () => {
  it('cuts frames wherever the network cut them', () => {
    const frames = new Frames()
    expect(frames.push('id: 7\nevent: jour')).toEqual([])
    expect(frames.push('nal\ndata: {"a":1}\n\n: beat\n\nid: 8\ndata: x\n')).toEqual([
      { id: '7', event: 'journal', data: '{"a":1}' },
    ])
    expect(frames.push('\n')).toEqual([{ id: '8', event: 'message', data: 'x' }])
  })

  it('waits longer each time, but never more than 19 s', () => {
    expect(pause(0, 0.5)).toBe(500)
    expect(pause(3, 0.5)).toBe(4000)
    expect(pause(20, 1)).toBeLessThanOrEqual(18_750)
  })
})
