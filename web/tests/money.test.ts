import { describe, expect, it } from 'vitest'
import { parseYuan, yuan } from '@/parts/money'

describe('money', () => {
  it.each([
    ['12', 1200],
    ['12.5', 1250],
    ['0.29', 29],
    ['1,234.56', 123456],
    ['￥8.88', 888],
    ['１２．３０', 1230],
    ['12。5元', 1250],
    ['-3', -300],
    ['4.10', 410],
  ])('reads %s', (text, fen) => expect(parseYuan(text)).toBe(fen))

  it.each(['', 'abc', '1.234', '12.5.1', '--1', '99999999999', '1e3'])('refuses %s', (text) =>
    expect(parseYuan(text)).toBeNull(),
  )

  it('writes fen without floating point', () => {
    expect(yuan(123456)).toBe('¥1,234.56')
    expect(yuan(5)).toBe('¥0.05')
    expect(yuan(-100)).toBe('-¥1.00')
    expect(yuan(100000000, false)).toBe('1,000,000.00')
  })

  it('reads back what it writes', () => {
    for (let fen = 0; fen < 200_000; fen += 137) expect(parseYuan(yuan(fen))).toBe(fen)
  })
})
