// <script src="https://desk.example/widget.js" data-shop="slug" defer></script>
import { Api } from './api'
import { blink } from './blink'
import { caseView, casesView } from './cases'
import { chatView } from './chat'
import { fill, h, icon } from './dom'
import { trap } from './focus'
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
  const read = document.querySelector<HTMLElement>('[data-xiaoer-read]')?.dataset['xiaoerRead']
  if (read) {
    try {
      const told = JSON.parse(read) as { read?: unknown; q?: unknown }
      context['read'] = told.read
      context['asked'] = told.q
    } catch {
      // the same for what was read in the help centre
    }
  }
  return context
}

function start(script: HTMLScriptElement): void {
  const asked = new URLSearchParams(location.search).get('lang')
  speak(asked ?? script.dataset['lang'] ?? (document.documentElement.lang || navigator.language))
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
    if (open) store.queue.ask()
    root.querySelector<HTMLElement>(open ? 'textarea' : '.ball')?.focus()
  }
  const content = (): HTMLElement[] => {
    if (tab === 'orders') return [ordersView(store, openCase, (text) => (show('chat'), void store.sender.send(text)))]
    return tab === 'cases' ? [casesView(store, openCase)] : chatView(store, { openCase, show, root })
  }
  const ball = (): HTMLElement =>
    h(
      'button',
      { cls: 'ball', 'data-testid': 'open-chat', 'aria-label': t('open'), onclick: () => toggle(true) },
      icon('chat', 22),
      t('open'),
      store.unread > 0 && h('span', { cls: 'dot', 'aria-label': `${store.unread} ${t('newMessage')}` }, store.unread),
    )
  const draw = (special?: HTMLElement): void => {
    frame.classList.toggle('open', store.open)
    fill(frame, store.open ? box(store, tab, show, () => toggle(false), special ? [special] : content()) : ball())
  }
  store.on('ball', () => {
    blink(store.unread)
    if (!store.open) draw()
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && store.open) {
      store.seen()
      store.queue.ask()
    }
    blink(store.unread)
  })
  store.on('head', () => root.querySelector('.top')?.replaceWith(head(store, () => toggle(false))))
  store.on('line', () => {
    const line = root.querySelector<HTMLElement>('.warn')
    if (line) line.hidden = store.online
  })
  window.addEventListener('offline', () => store.heardLine(false))
  window.addEventListener('online', () => store.heardLine(true))
  document.addEventListener('xiaoer:open', () => toggle(true))
  frame.addEventListener('keydown', (event) => event.key === 'Escape' && store.open && toggle(false))
  draw()
  store.begin().catch(() => undefined)
}

function head(store: Store, close: () => void): HTMLElement {
  const name = store.session?.shop.name ?? ''
  return h(
    'div',
    { cls: 'top' },
    h('div', { cls: 'logo' }, name.slice(0, 1) || '小'),
    h('div', { cls: 'g' }, h('b', {}, name), h('small', {}, store.session?.shop.hours || t('online'))),
    h(
      'button',
      { cls: 'ic', style: 'color:#fff', 'aria-label': t('close'), title: t('close'), onclick: close },
      icon('close'),
    ),
  )
}

function box(store: Store, tab: Tab, show: (tab: Tab) => void, close: () => void, content: HTMLElement[]): HTMLElement {
  const tabs: Tab[] = ['chat', 'orders', 'cases']
  const dialog = h(
    'div',
    { cls: 'box', role: 'dialog', 'aria-modal': 'true', 'aria-label': t('open') },
    head(store, close),
    h(
      'div',
      { cls: 'tabs', role: 'tablist' },
      tabs.map((one) =>
        h(
          'button',
          {
            cls: one === tab ? 'on' : '',
            role: 'tab',
            'aria-selected': String(one === tab),
            'data-testid': `tab-${one}`,
            onclick: () => show(one),
          },
          t(one),
        ),
      ),
    ),
    h('div', { cls: 'warn', role: 'status', hidden: store.online }, t('offline')),
    content,
  )
  trap(dialog)
  return dialog
}

const script = document.currentScript
if (script instanceof HTMLScriptElement && script.dataset['shop']) {
  if (document.body) start(script)
  else document.addEventListener('DOMContentLoaded', () => start(script))
}
