// Under the greeting: what most come for, one tap away. In peak mode what needs nobody stands first, with the reason.
import { h } from './dom'
import { t, type Key } from './i18n'
import type { Ways } from './chat'
import type { Store } from './store'

export function quickWays(store: Store, ways: Ways): HTMLElement {
  const peak = store.queue.place?.peak === true
  const told = h('p', { cls: 'mut sm', role: 'status' })
  const hours = (): void => {
    const { shop } = store.session ?? {}
    const line = shop?.hotline ? ` · ${t('hotline')} ${shop.hotline}` : ''
    told.textContent = `${t('quickHours')} ${shop?.hours ?? ''}${line}`
  }
  const ask = (): void => ways.root.querySelector<HTMLElement>('textarea')?.focus()
  const self: [Key, () => void][] = [
    ['quickOrder', () => ways.show('orders')],
    ['quickReturn', () => ways.show('orders')],
    ['quickCases', () => ways.show('cases')],
    ['quickHours', hours],
  ]
  const all: [Key, () => void][] = peak ? self : [['quickAsk', ask], ...self]
  return h(
    'div',
    { cls: 'quick', 'data-testid': 'quick' },
    peak && h('p', { cls: 'mut sm' }, t('peak')),
    h(
      'div',
      { cls: 'pills' },
      all.map(([key, go]) => h('button', { cls: 'pill', type: 'button', onclick: go }, t(key))),
    ),
    told,
  )
}
