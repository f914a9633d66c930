import { cleanScan } from '@/parts/scan'
import { describe, expect, it } from 'vitest'
import { amountWords, wordsEn, wordsZh } from '@/areas/aftersales/amountWords'
import { rowClass, rowTone } from '@/areas/aftersales/countdown'
import { gone } from '@/parts/time'
import {
  checkAll,
  counted,
  draftOf,
  missing,
  perfect,
  receiveForm,
  stepOf,
  suggested,
} from '@/areas/aftersales/dockState'
import { sumsOf, type CaseLine, type LedgerEntry } from '@/areas/aftersales/model'
import { mostOf } from '@/areas/aftersales/opening'

const line = (over: Partial<CaseLine> = {}): CaseLine => ({
  line: 7,
  title: '毛衣',
  sku: '',
  qty: 2,
  bought: 2,
  paid_fen: 1000,
  received: null,
  damaged: 0,
  requested_fen: 1000,
  granted_qty: 0,
  granted_fen: 0,
  ...over,
})
const hour = 3_600_000
const at = Date.parse('2026-11-11T04:00:00Z')
const iso = (ms: number) => new Date(ms).toISOString()

describe('countdown colours', () => {
  const row = (left: number, total: number, waits_for = 'agent') => ({
    due_at: iso(at + left),
    state_at: iso(at + left - total),
    category: 'open',
    waits_for,
  })
  it('follows the share that is left', () => {
    expect(rowTone(row(6 * hour, 10 * hour), at)).toBe('calm')
    expect(rowTone(row(4 * hour, 10 * hour), at)).toBe('soon')
    expect(rowTone(row(hour, 10 * hour), at)).toBe('urgent')
    expect(rowTone(row(-1, 10 * hour), at)).toBe('over')
    expect(rowTone({ due_at: null, state_at: iso(at), category: 'open' }, at)).toBe('calm')
  })
  it('marks rows only when the shop must act', () => {
    expect(rowClass(row(hour, 10 * hour), at)).toBe('row-urgent')
    expect(rowClass(row(-1, 10 * hour, 'finance'), at)).toBe('row-over')
    expect(rowClass(row(hour, 10 * hour, 'buyer'), at)).toBe('')
  })
  it('fills the bar from empty to full and never beyond', () => {
    expect(gone(iso(at), iso(at + 4), at + 1)).toBe(0.25)
    expect(gone(iso(at), iso(at + 4), at + 9)).toBe(1)
    expect(gone(iso(at + 5), iso(at), at)).toBe(1)
  })
})

describe('the dock', () => {
  it('never counts more than was asked, nor more damaged than received', () => {
    const count = { line: 7, received: 2, damaged: 2 }
    expect(counted(count, 2, { received: 3 }).received).toBe(2)
    expect(counted(count, 2, { received: 1 })).toEqual({ line: 7, received: 1, damaged: 1 })
    expect(counted(count, 2, { damaged: -1 }).damaged).toBe(0)
  })
  it('wants every check answered, and a word about an empty parcel', () => {
    const draft = draftOf([line()])
    expect(missing(draft)).toEqual(['checks'])
    const empty = { ...checkAll(draft), counts: [{ line: 7, received: 0, damaged: 0 }] }
    expect(missing(empty)).toEqual(['note'])
    expect(missing({ ...empty, note: '空包' })).toEqual([])
  })
  it('offers the short way only when everything is well', () => {
    const draft = checkAll(draftOf([line()]))
    expect(perfect(draft, [line()])).toBe(true)
    expect(perfect({ ...draft, checks: { ...draft.checks, tags_ok: false } }, [line()])).toBe(false)
    expect(perfect({ ...draft, counts: [{ line: 7, received: 1, damaged: 0 }] }, [line()])).toBe(false)
    expect(receiveForm(draft)).toMatchObject({ lines: [{ line: 7, received: 2, damaged: 0 }], tags_ok: true })
  })
  it('suggests a verdict and knows the next step', () => {
    expect(suggested({ lines: [line({ received: 2 })] })).toBe('pass')
    expect(suggested({ lines: [line({ received: 1 })] })).toBe('partial')
    expect(suggested({ lines: [line({ received: 0 })] })).toBe('fail')
    expect(suggested({ lines: [line({ received: 2, damaged: 2 })] })).toBe('fail')
    const move = (verb: string, disabled: string | null = null) => ({ verb, label: verb, form: null, disabled })
    expect(stepOf({ can: [move('reject_parcel'), move('receive')] })).toBe('receive')
    expect(stepOf({ can: [move('inspect', 'no')] })).toBe('none')
  })
  it('cleans what a barcode gun sends', () => {
    expect(cleanScan(' sf123 4567\r\n')).toBe('SF1234567')
    expect(cleanScan('ＳＦ１２３')).toBe('SF123')
  })
})

describe('money', () => {
  it('sums the ledger by part', () => {
    const entry = (kind: LedgerEntry['kind'], part: string, amount_fen: number) =>
      ({ kind, part, amount_fen }) as LedgerEntry
    const ledger = [entry('granted', 'goods', 900), entry('granted', 'goods', 100), entry('executed', 'goods', 1000)]
    expect(sumsOf([...ledger, entry('granted', 'freight_back', 1200)])).toEqual([
      { part: 'goods', granted: 1000, executed: 1000 },
      { part: 'freight_back', granted: 1200, executed: 0 },
    ])
  })
  it('knows the most for the chosen pieces', () => {
    const lines = [{ id: 1, qty: 3, max_fen: 1000 } as never]
    expect(mostOf(lines, [{ line: 1, qty: 1 }])).toBe(333)
    expect(mostOf(lines, [{ line: 1, qty: 3 }])).toBe(1000)
    expect(mostOf(lines, [{ line: 2, qty: 3 }])).toBe(0)
  })
  it('writes amounts in Chinese', () => {
    expect(wordsZh(26900)).toBe('贰佰陆拾玖元整')
    expect(wordsZh(12345)).toBe('壹佰贰拾叁元肆角伍分')
    expect(wordsZh(100005)).toBe('壹仟元零伍分')
    expect(wordsZh(100050)).toBe('壹仟元伍角整')
    expect(wordsZh(1000100)).toBe('壹万零壹元整')
    expect(wordsZh(1234567890)).toBe('壹仟贰佰叁拾肆万伍仟陆佰柒拾捌元玖角整')
    expect(wordsZh(10000000001)).toBe('壹亿元零壹分')
    expect(wordsZh(10010000000)).toBe('壹亿零壹拾万元整')
    expect([wordsZh(5), wordsZh(0)]).toEqual(['伍分', '零元整'])
  })
  it('writes amounts in English', () => {
    expect(wordsEn(26900)).toBe('two hundred sixty-nine yuan exactly')
    expect(wordsEn(123405)).toBe('one thousand two hundred thirty-four yuan 05 fen')
    expect(amountWords(100, 'en')).toBe('one yuan exactly')
  })
})
