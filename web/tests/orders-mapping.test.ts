import { describe, expect, it } from 'vitest'
import {
  assign,
  checkMapping,
  fieldOf,
  fieldOfProblem,
  marks,
  missingWanted,
  previewFields,
} from '@/areas/orders/mapping'
import { nextFulfilment, shortSku, stages, type Order } from '@/areas/orders/model'
import { goodEnding, sizeText } from '@/areas/orders/imports'

const columns = ['订单编号', '买家会员名', '总金额', '订单状态', '联系手机']
const mapping = { order_no: '订单编号', nick: '买家会员名', payable: '总金额', status: '订单状态', mobile: '联系手机' }

describe('column mapping', () => {
  it('is good when the order number is there and every column is used once', () => {
    expect(checkMapping(mapping, columns)).toEqual({})
  })
  it('asks for the order number', () => {
    const { order_no: _no, ...rest } = mapping
    expect(checkMapping(rest, columns)).toEqual({ order_no: 'required' })
  })
  it('finds a column that is gone and one that is used twice', () => {
    expect(checkMapping({ ...mapping, paid: '实付' }, columns)).toEqual({ paid: 'gone' })
    expect(checkMapping({ ...mapping, paid: '总金额' }, columns)).toEqual({ paid: 'twice' })
  })
  it('moves a field from one column to another, and lets a column go', () => {
    const moved = assign(mapping, '总金额', 'paid')
    expect(moved).toMatchObject({ paid: '总金额' })
    expect(moved).not.toHaveProperty('payable')
    expect(fieldOf(assign(mapping, '总金额', ''), '总金额')).toBe('')
    expect(assign(mapping, '订单状态', 'order_no')).toMatchObject({ order_no: '订单状态' })
    expect(Object.values(assign(mapping, '订单状态', 'order_no'))).not.toContain('订单编号')
  })
  it('says what would be missing in the orders', () => {
    expect(missingWanted(mapping)).toEqual(['paid', 'created_at'])
  })
})

describe('problems by cell', () => {
  it('finds the cell by heading, by our word and by value', () => {
    expect(fieldOfProblem('总金额“abc”不是金额', mapping)).toBe('payable')
    expect(fieldOfProblem('缺少订单编号', mapping)).toBe('order_no')
    expect(fieldOfProblem('Order status "gone" is unknown', mapping)).toBe('status')
    expect(fieldOfProblem('“13x” has too few digits', mapping, { mobile: '13x' })).toBe('mobile')
    expect(fieldOfProblem('这一行有引号没有配对', mapping)).toBe('')
  })
  it('gathers several sentences about one cell', () => {
    expect(marks(['总金额 A', '总金额 B', '引号没有配对'], mapping)).toEqual({
      payable: '总金额 A; 总金额 B',
      '': '引号没有配对',
    })
  })
  it('shows a troubled column that is usually left out', () => {
    expect(previewFields({ ...mapping, freight: '运费' }, ['freight', ''])).toEqual([
      'order_no',
      'nick',
      'status',
      'payable',
      'mobile',
      'freight',
    ])
  })
})

describe('orders', () => {
  it('reads SKUs, sizes and endings', () => {
    expect(shortSku('颜色分类:黑色;尺码:M')).toBe('黑色 / M')
    expect(shortSku('黑色')).toBe('黑色')
    expect([sizeText(500), sizeText(2048), sizeText(5 * 1024 * 1024)]).toEqual(['500 B', '2 KB', '5.0 MB'])
    expect([goodEnding('a.CSV'), goodEnding('a.xlsx'), goodEnding('a.xls')]).toEqual([true, true, false])
  })
  it('offers only the next steps of fulfilment', () => {
    expect(nextFulfilment('unprinted')).toEqual(['printed', 'voided'])
    expect(nextFulfilment('shipped')).toEqual([])
  })
  it('ends the steps of a closed order with its closing', () => {
    const order = { ordered_at: 'a', created_at: 'a', paid_at: null, status: 'closed', closed_at: 'b' } as Order
    expect(stages(order).map((one) => one.key)).toEqual(['created', 'closed'])
  })
})
