// <script src="https://desk.example/widget.js" data-shop="slug" defer></script>
import { Api } from './api'
import { caseView, casesView } from './cases'
import { chatView } from './chat'
import { fill, h, icon } from './dom'
import { speak, t } from './i18n'
import { ordersView } from './orders'
import { Store } from './store'
import css from './style.css'

type Tab = 'chat' | 'orders' | 'cases'

function page(): Record<string, unknown> {
  const goods = document.querySelector<HTMLElement>('[data-xiaoer-goods]')?.dataset['xiaoerGoods']
  const context: Record<string, unknown> = { page: location.href.slice(0, 300) }
  if (goods) {
    try {
      context['goods'] = JSON.parse(goods)
    } catch {
      // a page with broken goods data still gets its chat
    }
  }
  return context
}

function start(script: HTMLScriptElement): void {
  speak(script.dataset['lang'] ?? (document.documentElement.lang || navigator.language))
  const store = new Store(new Api(new URL(script.src).origin, script.dataset['shop'] ?? ''))
  store.context = page()
  const host = h('div', { id: 'xiaoer-widget' })
  const root = host.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  root.adoptedStyleSheets = [sheet]
  const frame = h('div', { cls: 'x' })
  root.append(frame)
  document.body.append(host)
  let tab: Tab = 'chat'

  const show = (next: Tab): void => {
    tab = next
    draw()
  }
  const openCase = (flow: string, id: number): void => {
    tab = 'cases'
    draw(caseView(store, flow, id, () => show('cases')))
  }
  const toggle = (open: boolean): void => {
    store.open = open
    if (open) store.seen()
    draw()
    if (open) root.querySelector<HTMLElement>('textarea')?.focus()
  }
  const content = (): HTMLElement[] => {
    if (tab === 'orders') return [ordersView(store, openCase, (text) => (show('chat'), void store.send(text)))]
    return tab === 'cases' ? [casesView(store, openCase)] : chatView(store, openCase)
  }
  const ball = (): HTMLElement =>
    h(
      'button',
      { cls: 'ball', 'data-testid': 'open-chat', 'aria-label': t('open'), onclick: () => toggle(true) },
      icon('chat', 22),
      t('open'),
      store.unread > 0 && h('span', { cls: 'dot' }, store.unread),
    )
  const draw = (special?: HTMLElement): void => {
    frame.classList.toggle('open', store.open)
    fill(frame, store.open ? box(store, tab, show, () => toggle(false), special ? [special] : content()) : ball())
  }
  store.on('ball', () => !store.open && draw())
  store.on('line', () => {
    const line = root.querySelector<HTMLElement>('.warn')
    if (line) line.hidden = store.online
  })
  document.addEventListener('xiaoer:open', () => toggle(true))
  draw()
  store.begin().catch(() => undefined)
}

function box(store: Store, tab: Tab, show: (tab: Tab) => void, close: () => void, content: HTMLElement[]): HTMLElement {
  const name = store.session?.shop.name ?? ''
  const tabs: Tab[] = ['chat', 'orders', 'cases']
  return h(
    'div',
    { cls: 'box', role: 'dialog', 'aria-label': t('open') },
    h(
      'div',
      { cls: 'top' },
      h('div', { cls: 'logo' }, name.slice(0, 1) || '小'),
      h('div', { cls: 'g' }, h('b', {}, name), h('small', {}, store.session?.shop.hours || t('online'))),
      h(
        'button',
        { cls: 'ic', style: 'color:#fff', 'aria-label': t('close'), title: t('close'), onclick: close },
        icon('close'),
      ),
    ),
    h(
      'div',
      { cls: 'tabs', role: 'tablist' },
      tabs.map((one) =>
        h(
          'button',
          { cls: one === tab ? 'on' : '', role: 'tab', 'data-testid': `tab-${one}`, onclick: () => show(one) },
          t(one),
        ),
      ),
    ),
    h('div', { cls: 'warn', hidden: store.online }, t('offline')),
    content,
  )
}

const script = document.currentScript
if (script instanceof HTMLScriptElement && script.dataset['shop']) {
  if (document.body) start(script)
  else document.addEventListener('DOMContentLoaded', () => start(script))
}
