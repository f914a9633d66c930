// The conversation: messages, composer, rating. IME-safe: Enter sends only when no word is being composed.
import { fill, h, icon } from './dom'
import { both, t, time } from './i18n'
import type { Store } from './store'
import type { Message } from './types'

export function chatView(store: Store, openCase: (flow: string, id: number) => void): HTMLElement[] {
  const list = h('div', { cls: 'body', role: 'log', 'aria-live': 'polite' })
  const typing = h('div', { cls: 'typing' })
  const end = h('div')
  const bubbles = h('div')
  list.append(bubbles, typing, end)

  // She stays at the end while she is at the end, also when a picture arrives late and pushes the rest down.
  let stuck = true
  const toEnd = (): void => {
    if (stuck) list.scrollTop = list.scrollHeight
  }
  list.addEventListener('scroll', () => (stuck = list.scrollHeight - list.scrollTop - list.clientHeight < 120))
  const draw = (): void => {
    const greeting = store.messages.length === 0 && store.session ? [hello(store.session.greeting)] : []
    fill(
      bubbles,
      greeting,
      store.messages.map((message) => bubble(store, message, openCase)),
    )
    const invited = store.messages.some((message) => message.card?.['type'] === 'rating')
    fill(end, store.ratingAsked && !invited ? rating(store) : null)
    if (store.messages.at(-1)?.pending) stuck = true
    toEnd()
  }
  const drawTyping = (): void => fill(typing, store.typingUntil > Date.now() ? t('typing') : '')
  store.on('chat', draw)
  store.on('typing', drawTyping)
  draw()
  requestAnimationFrame(toEnd)
  new ResizeObserver(toEnd).observe(bubbles)
  return [list, composer(store)]
}

function hello(text: string): HTMLElement {
  return h('div', { cls: 'm' }, h('small', {}, t('bot')), h('div', { cls: 'b' }, text))
}

function bubble(store: Store, message: Message, openCase: (flow: string, id: number) => void): HTMLElement {
  const mine = message.author.kind === 'buyer'
  const system = message.kind === 'system' || (message.author.kind === 'system' && message.kind !== 'card')
  const who = mine || system ? '' : `${message.author.name || t('bot')} `
  return h(
    'div',
    { cls: `m ${mine ? 'me' : ''} ${system ? 'sys' : ''}`, 'data-seq': message.seq },
    system ? null : h('small', {}, who, message.pending ? t('sending') : time(message.at)),
    message.attachments.map((one) =>
      h('img', {
        src: store.api.absolute(one.url),
        alt: t('picture'),
        width: one.width ?? undefined,
        height: one.height ?? undefined,
      }),
    ),
    message.kind === 'card'
      ? card(store, message, openCase)
      : message.text
        ? h('div', { cls: 'b' }, message.text)
        : null,
    message.failed &&
      h(
        'button',
        { cls: 'fail', onclick: () => void store.send(message.text, message.attachments, message.client_id) },
        t('failed'),
      ),
  )
}

function card(store: Store, message: Message, openCase: (flow: string, id: number) => void): HTMLElement {
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
    links && h('div', { cls: 'acts' }, h('button', { cls: 'btn', onclick: () => openCase(flow, id) }, t('progress'))),
  )
}

function composer(store: Store): HTMLElement {
  const input = h('textarea', {
    rows: 1,
    placeholder: t('type'),
    'aria-label': t('type'),
    maxlength: 2000,
    'data-testid': 'say',
  })
  let told = 0
  const send = (): void => {
    const text = input.value.trim()
    if (!text) return
    input.value = ''
    input.style.height = ''
    void store.send(text)
  }
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return
    event.preventDefault()
    send()
  })
  input.addEventListener('input', () => {
    input.style.height = ''
    input.style.height = `${input.scrollHeight}px`
    if (store.conversation !== null && Date.now() - told > 2500) {
      told = Date.now()
      store.api.typing(store.conversation).catch(() => undefined)
    }
  })
  const file = h('input', {
    type: 'file',
    accept: 'image/png,image/jpeg,image/webp,image/gif',
    hidden: true,
    'data-testid': 'picture',
  })
  const problem = h('div', { cls: 'err', role: 'alert', hidden: true })
  file.addEventListener('change', () => void picture(store, file, problem))
  return h(
    'div',
    {},
    problem,
    h(
      'div',
      { cls: 'foot' },
      h(
        'button',
        { cls: 'ic', title: t('picture'), 'aria-label': t('picture'), onclick: () => file.click() },
        icon('image'),
      ),
      file,
      input,
      h('button', { cls: 'ic go', title: t('send'), 'aria-label': t('send'), onclick: send }, icon('send')),
    ),
  )
}

async function picture(store: Store, file: HTMLInputElement, problem: HTMLElement): Promise<void> {
  const chosen = file.files?.[0]
  file.value = ''
  if (!chosen) return
  problem.hidden = true
  try {
    await store.send('', [await store.api.upload(chosen)])
  } catch (error) {
    fill(problem, (error as Error).message)
    problem.hidden = false
  }
}

/** Five stars: once per conversation; an older invitation stays as a line. */
function rating(store: Store, card?: Message): HTMLElement {
  const last = store.messages.filter((message) => message.card?.['type'] === 'rating').at(-1)
  if (card && card !== last) return h('div', { cls: 'card mut' }, t('rate'))
  if (store.rated)
    return h('div', { cls: 'card mut', 'data-testid': 'rating' }, `${'★'.repeat(store.rated)} ${t('rated')}`)
  const note = h('input', { cls: 'in', placeholder: t('rateNote'), maxlength: 200 })
  const box = h('div', { cls: 'card', 'data-testid': 'rating' })
  const rate = async (stars: number): Promise<void> => {
    try {
      const given = card?.card?.['conversation']
      await store.api.rate({
        conversation: typeof given === 'number' ? given : store.conversation,
        stars,
        note: note.value,
      })
      store.rated = stars
      store.say('chat')
    } catch (error) {
      box.append(h('div', { cls: 'err' }, (error as Error).message))
    }
  }
  const stars = [1, 2, 3, 4, 5].map((n) => h('button', { 'aria-label': `${n}`, onclick: () => void rate(n) }, '★'))
  stars.forEach((star, at) =>
    star.addEventListener('mouseenter', () => stars.forEach((one, i) => one.classList.toggle('on', i <= at))),
  )
  fill(box, h('b', {}, t('rate')), h('div', { cls: 'stars' }, stars), note)
  return box
}
