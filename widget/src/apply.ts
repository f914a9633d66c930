// The application for a return or a refund: what the shop's rules offer for this order, said before it is sent.
import { fill, h } from './dom'
import { photoField, problem, schemaForm } from './fields'
import { language, t, time } from './i18n'
import { toFen } from './money'
import type { Store } from './store'
import type { Opening, OpeningReason, Order } from './types'

type OpenCase = (flow: string, id: number) => void

export function applyForm(store: Store, order: Order, openCase: OpenCase, back: () => void): HTMLElement {
  const card = h('div', { cls: 'card' }, h('div', { cls: 'none' }, t('loading')))
  const leave = (): HTMLElement => h('button', { cls: 'btn', onclick: back }, t('cancel'))
  store.api.opening(order.id).then(
    (found) =>
      found.kinds.length
        ? fill(card, form(store, order, found, openCase, leave()))
        : fill(card, h('p', { cls: 'mut' }, t('nothingLeft')), leave()),
    (error: Error) => fill(card, h('p', { cls: 'err' }, error.message), leave()),
  )
  return card
}

function plain(fen: number): string {
  return `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`
}

const options = (rows: [string, string][]): HTMLElement[] => rows.map(([value, label]) => h('option', { value }, label))

/** First what she wants; below it the form that belongs to it. */
function form(store: Store, order: Order, found: Opening, openCase: OpenCase, leave: HTMLElement): HTMLElement {
  const kinds = found.kinds.map((one): [string, string] => [one.kind, one.label])
  const kind = h('select', { cls: 'in', 'data-testid': 'kind' }, options(kinds))
  const place = h('div')
  const draw = (): void => {
    const money = ['return', 'refund_only'].includes(kind.value)
    fill(
      place,
      money
        ? refund(store, order, found, kind.value, openCase, leave)
        : other(store, order, found, kind.value, openCase, leave),
    )
  }
  kind.addEventListener('change', draw)
  draw()
  return h('div', {}, h('b', {}, t('apply')), h('label', {}, t('kind'), kind), place)
}

/** What one item of several shall be changed to. */
function lookOf(line: number, looks: Record<string, string[]>, labels: Record<string, string>): HTMLSelectElement {
  const codes = ['', ...(looks[String(line)] ?? [])]
  const rows = codes.map((code): [string, string] => [code, labels[code] ?? code])
  return h('select', { cls: 'in', 'data-testid': 'look' }, options(rows))
}

/** An exchange, something missing, a price difference: the form is drawn as the shop describes it. */
function other(
  store: Store,
  order: Order,
  found: Opening,
  kind: string,
  openCase: OpenCase,
  leave: HTMLElement,
): HTMLElement {
  const offer = found.kinds.find((one) => one.kind === kind)
  const properties = { ...offer?.form?.properties }
  const price = Boolean(offer?.form?.$defs?.LinePrice)
  delete properties.lines
  const looks = offer?.form?.looks
  const several = Boolean(looks) && found.lines.filter((line) => line.qty > 0).length > 1
  const wanted = properties.wanted_sku
  if (several) delete properties.wanted_sku
  const pieces = offer?.takes_pieces !== false
  const fields = schemaForm(store, { ...offer?.form, properties })
  const rows = found.lines
    .filter((line) => line.qty > 0 && pieces)
    .map((line) => ({
      line,
      look: several ? lookOf(line.id, looks ?? {}, wanted?.labels ?? {}) : null,
      qty: h('input', {
        cls: 'in num',
        type: 'number',
        min: 0,
        max: line.qty,
        value: found.lines.length === 1 ? 1 : 0,
        'aria-label': line.title,
        'data-testid': 'qty',
      }),
      now: price
        ? h('input', { cls: 'in num', inputmode: 'decimal', placeholder: t('priceNow'), 'data-testid': 'price-now' })
        : null,
    }))
  const wrong = problem()
  const told = h('p', { cls: 'mut sm' }, offer?.hint ?? '')
  const button = h('button', { cls: 'btn primary', 'data-testid': 'submit' }, t('submit'))
  const submit = async (): Promise<void> => {
    const lines = rows
      .map(({ line, qty, now, look }) => {
        const fen = now?.value ? toFen(now.value) : null
        const more = { ...(fen === null ? {} : { price_fen: fen }), ...(look ? { wanted_sku: look.value } : {}) }
        return { line: line.id, qty: Number(qty.value || 0), ...more }
      })
      .filter((one) => one.qty > 0)
    if (pieces && lines.length === 0) return wrong.say(t('noLine'))
    button.disabled = true
    try {
      const made = await store.api.apply({ order: order.id, kind, ...fields.read(), ...(pieces ? { lines } : {}) })
      openCase(made.flow, made.id)
    } catch (error) {
      wrong.say((error as Error).message)
      button.disabled = false
    }
  }
  button.addEventListener('click', () => void submit())
  return h(
    'div',
    {},
    told,
    pieces ? h('label', {}, t('lines')) : null,
    rows.map(({ line, qty, now, look }) =>
      h(
        'div',
        { cls: 'line' },
        h('div', { cls: 'g' }, line.title, h('div', { cls: 'mut sm' }, line.sku), now, look),
        qty,
      ),
    ),
    fields.node,
    wrong.node,
    h('div', { cls: 'acts' }, button, leave),
  )
}

function refund(
  store: Store,
  order: Order,
  found: Opening,
  kind: string,
  openCase: OpenCase,
  leave: HTMLElement,
): HTMLElement {
  const reason = h('select', { cls: 'in', 'data-testid': 'reason' })
  const told = h('p', { cls: 'mut sm' })
  const counts = found.lines.map((line) =>
    h('input', {
      cls: 'in num',
      type: 'number',
      min: 0,
      max: line.qty,
      value: found.lines.length === 1 ? line.qty : 0,
    }),
  )
  const amount = h('input', { cls: 'in num', inputmode: 'decimal', 'data-testid': 'amount' })
  const note = h('textarea', { cls: 'in', rows: 3, maxlength: 500, 'data-testid': 'note' })
  const photos = photoField(store)
  const wrong = problem()

  const reasons = (): OpeningReason[] => found.kinds.find((one) => one.kind === kind)?.reasons ?? []
  const chosen = (): OpeningReason | undefined => reasons().find((one) => one.value === reason.value)
  const explain = (): void => {
    const one = chosen()
    fill(told, one?.problem ?? one?.freight ?? '', one?.photos_needed ? ` · ${t('photosNeeded')}` : '')
    // The whole answer, until when and what comes back, replaces the short one; reasons it does not know keep that.
    const asked = reason.value
    store.api.judged(order.id, kind, asked).then(
      (found) => asked === reason.value && fill(told, found.explain[language()]),
      () => undefined,
    )
  }
  const suggest = (): void => {
    const parts = found.lines.map((line, at) =>
      Math.floor((line.max_fen * Number(counts[at]?.value || 0)) / (line.qty || 1)),
    )
    amount.value = plain(parts.reduce((sum, one) => sum + one, 0))
  }
  const switchKind = (): void => {
    fill(reason, options(reasons().map((one): [string, string] => [one.value, one.label])))
    explain()
  }
  reason.addEventListener('change', explain)
  counts.forEach((one) => one.addEventListener('input', suggest))
  switchKind()
  suggest()

  const button = h('button', { cls: 'btn primary', 'data-testid': 'submit' }, t('submit'))
  const submit = async (): Promise<void> => {
    const lines = found.lines
      .map((line, at) => ({ line: line.id, qty: Number(counts[at]?.value || 0) }))
      .filter((one) => one.qty > 0)
    const amount_fen = toFen(amount.value)
    if (lines.length === 0) return wrong.say(t('noLine'))
    if (amount_fen === null) return wrong.say(t('badAmount'))
    button.disabled = true
    const asked = { order: order.id, kind, reason: reason.value, lines, amount_fen, note: note.value }
    try {
      const made = await store.api.apply({ ...asked, photos: photos.ids() })
      openCase(made.flow, made.id)
    } catch (error) {
      wrong.say((error as Error).message)
      button.disabled = false
    }
  }
  button.addEventListener('click', () => void submit())
  const goods = found.lines.map((line, at) =>
    h('div', { cls: 'line' }, h('div', { cls: 'g' }, line.title, h('div', { cls: 'mut sm' }, line.sku)), counts[at]),
  )
  const until =
    found.no_reason_until && h('p', { cls: 'mut sm' }, `${t('noReasonUntil')} ${time(found.no_reason_until)}`)
  return h(
    'div',
    {},
    until,
    h('label', {}, t('lines')),
    goods,
    h('label', {}, t('reason'), reason),
    told,
    h('label', {}, t('amount'), amount),
    h('label', {}, t('note'), note),
    h('label', {}, t('photos')),
    photos.node,
    wrong.node,
    h('div', { cls: 'acts' }, button, leave),
  )
}
