/** Which column of a file is which of our fields: groups, checks, and which cell a problem speaks of. Pure. */
export const GROUPS: Record<string, readonly string[]> = {
  order: ['order_no', 'nick', 'status', 'seller_remark', 'flag', 'buyer_message', 'close_reason'],
  money: ['goods', 'freight', 'payable', 'paid', 'discount', 'points', 'red_packet', 'payer'],
  receiver: [
    'receiver_name',
    'mobile',
    'phone',
    'province',
    'city',
    'district',
    'receiver_address',
    'modified_address',
    'shipping',
  ],
  parcel: ['waybill', 'carrier'],
  time: ['created_at', 'paid_at', 'shipped_at', 'signed_at', 'succeeded_at', 'closed_at', 'updated_at'],
  goods: [
    'sub_no',
    'title',
    'sku',
    'modified_sku',
    'sku_code',
    'outer_code',
    'qty',
    'total_qty',
    'price',
    'line_goods',
    'line_paid',
    'category',
  ],
}
export const REQUIRED = ['order_no'] as const
/** Without these the import runs, but the orders say little. */
export const WANTED = ['nick', 'status', 'paid', 'created_at'] as const
export type Mapping = Record<string, string>
export type Wrong = 'required' | 'gone' | 'twice'

/** What is wrong with a mapping (field -> column); empty when the import may start. */
export function checkMapping(mapping: Mapping, columns: readonly string[]): Record<string, Wrong> {
  const wrong: Record<string, Wrong> = {}
  const seen = new Map<string, string>()
  for (const [field, column] of Object.entries(mapping)) {
    if (!columns.includes(column)) wrong[field] = 'gone'
    else if (seen.has(column)) wrong[field] = 'twice'
    else seen.set(column, field)
  }
  for (const field of REQUIRED) if (!mapping[field]) wrong[field] = 'required'
  return wrong
}

/** Point one column at a field: the column's earlier field and the field's earlier column let go. */
export function assign(mapping: Mapping, column: string, field: string): Mapping {
  const next = Object.fromEntries(
    Object.entries(mapping).filter(([name, heading]) => heading !== column && name !== field),
  )
  return field ? { ...next, [field]: column } : next
}

export const fieldOf = (mapping: Mapping, column: string): string =>
  Object.keys(mapping).find((field) => mapping[field] === column) ?? ''

export const missingWanted = (mapping: Mapping): string[] => WANTED.filter((field) => !mapping[field])

const HINTS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/子订单编号|sub-order/i, ['sub_no']],
  [/订单编号|order number/i, ['order_no']],
  [/订单状态|order status/i, ['status']],
  [/旗帜|flag/i, ['flag']],
  [/手机|电话|phone/i, ['mobile', 'phone']],
  [/数量|quantity/i, ['qty', 'total_qty']],
  [/会员|昵称|nick/i, ['nick']],
]

/** The field whose cell a sentence speaks of: its heading stands in it, or a word of ours does. "" when it is the row. */
export function fieldOfProblem(text: string, mapping: Mapping, cells: Record<string, string> = {}): string {
  const headings = Object.entries(mapping).sort((a, b) => b[1].length - a[1].length)
  const named = headings.find(([, heading]) => heading.trim().length > 1 && text.includes(heading.trim()))
  if (named) return named[0]
  const hint = HINTS.find(([pattern]) => pattern.test(text))
  const wanted = hint?.[1].find((field) => mapping[field])
  if (wanted) return wanted
  return Object.entries(cells).find(([, value]) => value.length > 1 && text.includes(value))?.[0] ?? ''
}

/** The problems of a row by field; what belongs to no cell stands under "". */
export function marks(
  problems: readonly string[],
  mapping: Mapping,
  cells: Record<string, string> = {},
): Record<string, string> {
  const found: Record<string, string> = {}
  for (const text of problems) {
    const field = fieldOfProblem(text, mapping, cells)
    found[field] = found[field] ? `${found[field]}; ${text}` : text
  }
  return found
}

const SHOWN = [
  'order_no',
  'nick',
  'status',
  'title',
  'sku',
  'qty',
  'total_qty',
  'payable',
  'paid',
  'receiver_name',
  'mobile',
  'created_at',
  'waybill',
]
/** The columns of the preview: the fields people check by eye, then any other in which a problem stands. */
export function previewFields(mapping: Mapping, troubled: readonly string[]): string[] {
  const main = SHOWN.filter((field) => mapping[field])
  return [...main, ...troubled.filter((field) => field && !main.includes(field))]
}
