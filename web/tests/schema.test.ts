import { describe, expect, it } from 'vitest'
import { fieldsOf, type Schema } from '@/parts/form/schema'
import { check, initialValues, outgoing, serverErrors } from '@/parts/form/values'

const RECEIVE: Schema = {
  type: 'object',
  required: ['lines', 'condition', 'amount_fen'],
  $defs: {
    Line: {
      type: 'object',
      required: ['line', 'qty'],
      properties: { line: { type: 'integer' }, qty: { type: 'integer', minimum: 1 } },
    },
    Condition: { enum: ['good', 'damaged'], type: 'string', title: 'Condition' },
  },
  properties: {
    lines: { type: 'array', items: { $ref: '#/$defs/Line' }, title: '签收数量' },
    condition: { $ref: '#/$defs/Condition' },
    amount_fen: { type: 'integer', minimum: 1, maximum: 9900, title: 'Amount Fen' },
    note: { anyOf: [{ type: 'string', maxLength: 300 }, { type: 'null' }], default: null, title: 'Note' },
    photos: { type: 'array', items: { type: 'integer' }, default: [] },
    at: { type: 'string', format: 'date-time' },
    urgent: { type: 'boolean', default: true },
    why: {
      anyOf: [{ type: 'string', pattern: '^(x|y)$' }, { type: 'null' }],
      default: null,
      title: '拒绝理由',
      enum: ['x', 'y'],
      labels: { x: { title: '影响二次销售' }, y: '其他' },
      description: { title: '买家会看到' },
    },
    expected_state: { const: 'approved' },
  },
}
const words = (kind: 'field' | 'choice', name: string, value?: string) =>
  kind === 'field' ? { amount_fen: '金额' }[name] : { good: '完好', damaged: '破损' }[value ?? '']

describe('schema to fields', () => {
  const fields = fieldsOf(RECEIVE, words)
  const of = (name: string) => fields.find((field) => field.name === name)

  it('chooses a control for each kind', () => {
    expect(fields.map((field) => [field.name, field.kind])).toEqual([
      ['lines', 'lines'],
      ['condition', 'choice'],
      ['amount_fen', 'money'],
      ['note', 'textarea'],
      ['photos', 'photos'],
      ['at', 'datetime'],
      ['urgent', 'boolean'],
      ['why', 'choice'],
    ])
  })
  it('prefers a written title, then a translated word', () => {
    expect(of('lines')?.title).toBe('签收数量')
    expect(of('amount_fen')?.title).toBe('金额')
    expect(of('urgent')?.title).toBe('Urgent')
  })
  it('follows references and unions with null', () => {
    expect(of('condition')?.choices.map((one) => one.label)).toEqual(['完好', '破损'])
    expect(of('lines')?.parts.map((part) => part.name)).toEqual(['line', 'qty'])
    expect(of('note')).toMatchObject({ nullable: true, maxLength: 300, required: false })
  })
  it('takes labels and help that the server has put into the reader’s language', () => {
    expect(of('why')).toMatchObject({ help: '买家会看到', nullable: true, title: '拒绝理由' })
    expect(of('why')?.choices.map((one) => one.label)).toEqual(['影响二次销售', '其他'])
  })
  it('starts from defaults', () => {
    expect(initialValues(fields)).toMatchObject({ urgent: true, photos: [], lines: [], amount_fen: null })
  })
})

describe('form to JSON', () => {
  const fields = fieldsOf(RECEIVE, words)

  it('leaves out the empty, trims, and drops lines without a quantity', () => {
    const values = {
      lines: [
        { line: 1, qty: 0 },
        { line: 2, qty: 3 },
      ],
      condition: 'good',
      amount_fen: 120,
      note: '  ok ',
      photos: [],
      at: '',
    }
    expect(outgoing(fields, values)).toEqual({
      lines: [{ line: 2, qty: 3 }],
      condition: 'good',
      amount_fen: 120,
      note: 'ok',
      photos: [],
    })
  })
  it('finds what is missing or out of range before it is sent', () => {
    expect(check(fields, initialValues(fields))).toEqual({
      lines: 'few',
      condition: 'required',
      amount_fen: 'required',
    })
    expect(check(fields, { lines: [{ line: 1, qty: 1 }], condition: 'good', amount_fen: 10_000 })).toEqual({
      amount_fen: 'max',
    })
  })
  it('puts the server’s words beside the right field', () => {
    const told = { 'lines.0.qty': '数值太小', 'data.amount_fen': '最多 99.00', secret: '不认识的字段' }
    expect(serverErrors(fields, told)).toEqual({
      byField: { lines: '数值太小', amount_fen: '最多 99.00' },
      rest: ['secret: 不认识的字段'],
    })
  })
})
