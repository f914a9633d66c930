// A buyer's own orders, after she proved who she is; and the application for a return.
import { fill, h } from './dom'
import { t, time } from './i18n'
import { applyForm } from './apply'
import { problem } from './fields'
import { yuan } from './money'
import type { Store } from './store'
import type { Lot, Order } from './types'

type OpenCase = (flow: string, id: number) => void

export function ordersView(store: Store, openCase: OpenCase, ask: (text: string) => void): HTMLElement {
  const body = h('div', { cls: 'body' }, h('div', { cls: 'none' }, t('loading')))
  const list = (): void => {
    if (store.orders.length === 0) return fill(body, proveForm(store, list))
    const cards = store.orders.map((order) =>
      orderCard(order, () => fill(body, applyForm(store, order, openCase, list)), ask),
    )
    store.api.vouchers().then(
      (found) =>
        found.items.forEach((lot) =>
          cards[store.orders.findIndex((one) => one.id === lot.order.id)]?.append(coupons(store, lot)),
        ),
      () => undefined,
    )
    fill(
      body,
      cards,
      h(
        'div',
        { cls: 'acts' },
        h('button', { cls: 'btn', onclick: () => fill(body, proveForm(store, list)) }, t('proveOther')),
      ),
    )
  }
  store.on('orders', () => undefined)
  store.loadOrders().then(list, () => fill(body, proveForm(store, list)))
  return body
}

/** Her coupons of an order: how many are left, until when; the codes when she asks for them. */
function coupons(store: Store, lot: Lot): HTMLElement {
  const codes = h('div')
  const show = async (): Promise<void> => {
    const full = await store.api.voucher(lot.id)
    fill(
      codes,
      (full.coupons ?? []).map((one) =>
        h('div', { cls: 'line' }, h('b', { cls: 'g num' }, one.code), h('span', { cls: 'tag' }, one.state_label)),
      ),
    )
  }
  return h(
    'div',
    { cls: 'coupons', 'data-testid': 'coupons' },
    h(
      'div',
      { cls: 'row' },
      h('span', {}, `${t('couponsLeft')} ${String(lot.unused)} / ${String(lot.unused + lot.used + lot.refunded)}`),
      h('span', { cls: 'mut sm num' }, `${t('until')} ${time(lot.until)}`),
    ),
    codes,
    h('button', { cls: 'btn', onclick: () => void show(), 'data-testid': 'coupon-codes' }, t('couponCodes')),
  )
}

function proveForm(store: Store, done: () => void): HTMLElement {
  const no = h('input', { cls: 'in num', inputmode: 'numeric', autocomplete: 'off', 'data-testid': 'order-no' })
  const tail = h('input', {
    cls: 'in num',
    inputmode: 'numeric',
    maxlength: 4,
    autocomplete: 'off',
    'data-testid': 'phone-tail',
  })
  const wrong = problem()
  const button = h('button', { cls: 'btn primary', 'data-testid': 'prove' }, t('prove'))
  const submit = async (): Promise<void> => {
    button.disabled = true
    try {
      await store.prove(no.value.trim(), tail.value.trim())
      done()
    } catch (error) {
      wrong.say((error as Error).message)
    }
    button.disabled = false
  }
  button.addEventListener('click', () => void submit())
  return h(
    'div',
    { cls: 'card' },
    h('b', {}, t('proveTitle')),
    h('p', { cls: 'mut' }, t('proveWhy')),
    h('label', {}, t('orderNo'), no),
    h('label', {}, t('phoneTail'), tail),
    wrong.node,
    h('div', { cls: 'acts' }, button),
  )
}

function orderCard(order: Order, apply: () => void, ask: (text: string) => void): HTMLElement {
  const parcel = order.waybill ? `${order.carrier} ${order.waybill}` : ''
  const paid = !['waiting_payment', 'closed'].includes(order.status)
  return h(
    'div',
    { cls: 'card', 'data-testid': 'order' },
    h(
      'div',
      { cls: 'row' },
      h('span', { cls: 'mut num' }, order.order_no),
      h('span', { cls: 'tag' }, order.status_label ?? order.status),
    ),
    order.lines.map((line) =>
      h(
        'div',
        { cls: 'line' },
        h('div', { cls: 'g' }, line.title, h('div', { cls: 'mut sm' }, `${line.sku} ×${line.qty}`)),
        h('span', { cls: 'num' }, yuan(line.paid_fen)),
      ),
    ),
    h(
      'div',
      { cls: 'row' },
      h('span', { cls: 'mut sm' }, parcel),
      h('b', { cls: 'num' }, `${t('paid')} ${yuan(order.paid_fen)}`),
    ),
    h(
      'div',
      { cls: 'acts' },
      paid &&
        h(
          'button',
          { cls: 'btn primary', 'data-testid': 'apply', onclick: apply },
          order.status === 'paid' ? t('applyRefund') : t('apply'),
        ),
      h('button', { cls: 'btn', onclick: () => ask(`${t('orderNo')} ${order.order_no}`) }, t('ask')),
    ),
  )
}
