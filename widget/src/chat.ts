// The conversation: greeting with quick ways, messages, place in the queue, composer.
import { attachments, isPicture } from './attach'
import { composer } from './composer'
import { fill, h } from './dom'
import { both, t, time } from './i18n'
import { offlineForm } from './offline'
import { queueText } from './queue'
import { quickWays } from './quick'
import { rating } from './rating'
import type { Store } from './store'
import type { Message } from './types'
import { openViewer } from './viewer'

export interface Ways {
  openCase(flow: string, id: number): void
  show(tab: 'orders' | 'cases'): void
  root: ShadowRoot
}

export function chatView(store: Store, ways: Ways): HTMLElement[] {
  const hello = h('div')
  const bubbles = h('div', { role: 'log', 'aria-live': 'polite' })
  const typing = h('div', { cls: 'typing', role: 'status' })
  const end = h('div')
  const list = h('div', { cls: 'body', tabindex: '-1' }, hello, bubbles, typing, end)
  const queue = h('div', { cls: 'queue', role: 'status', hidden: true, 'data-testid': 'queue' })
  const write = composer(store)
  const drawn = new Map<string, { sign: string; node: HTMLElement }>()

  // She stays at the end while she is at the end, also when a picture arrives late and pushes the rest down.
  let stuck = true
  const toEnd = (): void => {
    if (stuck && store.messages.length > 0) list.scrollTop = list.scrollHeight
  }
  list.addEventListener('scroll', () => (stuck = list.scrollHeight - list.scrollTop - list.clientHeight < 120))
  const look = (url: string): void => {
    const all = store.messages.flatMap((one) =>
      one.attachments.filter(isPicture).map((it) => store.api.absolute(it.url)),
    )
    openViewer(ways.root, all, Math.max(0, all.indexOf(url)))
  }
  let reloaded = 0
  let ended = ''
  /** A picture whose address ran out (the page stood open for half a day): fetch fresh ones, but not in circles. */
  const stale = (): void => {
    if (Date.now() - reloaded < 60_000) return
    reloaded = Date.now()
    void store.load().then(draw)
  }
  /** Only what changed is drawn anew: a reader is told of new messages, not of all of them again. */
  const draw = (): void => {
    const last = store.messages.at(-1)
    const invitation = store.messages.filter((one) => one.card?.['type'] === 'rating').at(-1)
    const keep = new Set(store.messages.map((one) => one.client_id))
    for (const [key, one] of drawn) {
      if (keep.has(key)) continue
      one.node.remove()
      drawn.delete(key)
    }
    store.messages.forEach((message, at) => {
      const sign = JSON.stringify([
        message,
        message === invitation && [store.rated, store.ratingDone],
        message.pending && store.online,
      ])
      let known = drawn.get(message.client_id)
      if (known?.sign !== sign) {
        const node = bubble(store, message, ways, look, stale, write.told)
        known?.node.replaceWith(node)
        drawn.set(message.client_id, (known = { sign, node }))
      }
      if (bubbles.children[at] !== known.node) bubbles.insertBefore(known.node, bubbles.children[at] ?? null)
    })
    const spoke = store.messages.some((one) => one.author.kind === 'buyer')
    const greeting = store.messages.length === 0 && store.session ? greet(store.session.greeting) : null
    fill(hello, greeting)
    const place = store.queue.place
    const quick = Boolean(store.session) && (!spoke || Boolean(place?.peak && place.waiting))
    const rate = store.ratingAsked && !invitation
    const ask = store.session?.offline
    // A form in which she writes is left alone while messages come.
    const sign = JSON.stringify([
      quick,
      place?.peak,
      ask?.ask,
      ask?.open,
      store.left,
      rate,
      store.rated,
      store.ratingDone,
    ])
    if (sign !== ended) {
      ended = sign
      fill(end, quick && quickWays(store, ways), offlineForm(store), rate && rating(store))
    }
    if (last?.pending) stuck = true
    toEnd()
  }
  const drawTyping = (): void => fill(typing, store.typingUntil > Date.now() ? t('typing') : '')
  const drawQueue = (): void => {
    const text = queueText(store.queue.place)
    queue.hidden = !text
    if (queue.textContent !== text) fill(queue, text)
  }
  store.on('chat', draw)
  store.on('typing', drawTyping)
  store.on('queue', () => (drawQueue(), draw()))
  draw()
  drawQueue()
  requestAnimationFrame(toEnd)
  new ResizeObserver(toEnd).observe(bubbles)
  list.addEventListener('dragover', (event) => event.preventDefault())
  list.addEventListener('drop', (event) => {
    event.preventDefault()
    write.take(event.dataTransfer?.files ?? [])
  })
  return [list, queue, write.node]
}

function greet(text: string): HTMLElement {
  return h('div', { cls: 'm' }, h('small', {}, t('bot')), h('div', { cls: 'b' }, text))
}

function bubble(
  store: Store,
  message: Message,
  ways: Ways,
  look: (url: string) => void,
  stale: () => void,
  told: (problem: string) => void,
): HTMLElement {
  const mine = message.author.kind === 'buyer'
  const system = message.kind === 'system' || (message.author.kind === 'system' && message.kind !== 'card')
  const who = mine || system ? '' : `${message.author.name || t('bot')} `
  const when = message.pending ? (store.online ? t('sending') : t('waitsLine')) : time(message.at)
  const again = (): void => void store.sender.retry(message, told)
  return h(
    'div',
    { cls: `m ${mine ? 'me' : ''} ${system ? 'sys' : ''} ${message.pending ? 'wait' : ''}`, 'data-seq': message.seq },
    system ? null : h('small', {}, who, when),
    message.kind === 'card' ? card(store, message, ways) : message.text ? h('div', { cls: 'b' }, message.text) : null,
    attachments(store.api, message.attachments, look, stale),
    message.failed && h('div', { cls: 'fail' }, `${message.failed} `, h('button', { onclick: again }, t('failed'))),
  )
}

function card(store: Store, message: Message, ways: Ways): HTMLElement {
  const data = message.card ?? {}
  if (data['type'] === 'rating') return rating(store, message)
  const flow = data['flow']
  const id = data['id'] ?? data['case']
  const links = typeof flow === 'string' && typeof id === 'number'
  return h(
    'div',
    { cls: 'card' },
    h('b', {}, both(data['title'])),
    h('div', { cls: 'mut' }, both(data['text']) || message.text),
    links &&
      h('div', { cls: 'acts' }, h('button', { cls: 'btn', onclick: () => ways.openCase(flow, id) }, t('progress'))),
  )
}
