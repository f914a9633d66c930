// The rating card: five stars by mouse, finger or keyboard; reasons and the question of recommending only when asked.
import { fill, h } from './dom'
import { both, t } from './i18n'
import type { Store } from './store'
import type { Message } from './types'

interface Reason {
  key: string
  zh: string
  en: string
}
interface RatingCard {
  conversation?: number
  reasons?: { low?: Reason[]; high?: Reason[] }
  nps?: { zh: string; en: string } | null
}

/**
 * Once per conversation; an older invitation stays as a line. The stars count at once: who taps and goes away has rated.
 * Then come the reasons, as an addition that she may leave out.
 */
export function rating(store: Store, message?: Message): HTMLElement {
  const last = store.messages.filter((one) => one.card?.['type'] === 'rating').at(-1)
  if (message && message !== last) return h('div', { cls: 'card mut' }, t('rate'))
  const card = (message?.card ?? {}) as RatingCard
  const box = h('div', { cls: 'card', 'data-testid': 'rating' })
  if (store.rated) {
    const thanks = h('div', { cls: 'mut', role: 'status' }, `${'★'.repeat(store.rated)} ${t('rated')}`)
    fill(box, thanks, store.ratingDone ? null : details(store, box, card, store.rated))
    return box
  }
  const stars = [1, 2, 3, 4, 5].map((n) =>
    h('button', { type: 'button', 'aria-label': String(n), onclick: () => void chosen(n) }, '★'),
  )
  const light = (n: number): void => stars.forEach((one, at) => one.classList.toggle('on', at < n))
  const chosen = async (n: number): Promise<void> => {
    light(n)
    if (!(await send(store, box, { stars: n, conversation: card.conversation }))) return
    store.rated = n
    store.say('chat')
  }
  stars.forEach((star, at) => star.addEventListener('mouseenter', () => light(at + 1)))
  fill(box, h('b', {}, t('rate')), h('div', { cls: 'stars', role: 'group', 'aria-label': t('rate') }, stars))
  return box
}

function details(store: Store, box: HTMLElement, card: RatingCard, stars: number): HTMLElement {
  const reasons = (stars <= 3 ? card.reasons?.low : card.reasons?.high) ?? []
  const picked = new Set<string>()
  let nps: number | null = null
  const toggle = (one: Reason): HTMLElement => {
    const button = h('button', { cls: 'pill', type: 'button', 'aria-pressed': 'false' }, both(one))
    button.addEventListener('click', () => {
      if (!picked.delete(one.key)) picked.add(one.key)
      button.setAttribute('aria-pressed', String(picked.has(one.key)))
    })
    return button
  }
  const scale = Array.from({ length: 11 }, (_, n) => {
    const button = h('button', { cls: 'pill', type: 'button', 'aria-pressed': 'false' }, n)
    button.addEventListener('click', () => {
      nps = n
      scale.forEach((one, at) => one.setAttribute('aria-pressed', String(at === n)))
    })
    return button
  })
  const note = h('input', { cls: 'in', placeholder: t('rateNote'), 'aria-label': t('rateNote'), maxlength: 400 })
  const submit = async (): Promise<void> => {
    const more = { note: note.value.trim(), reasons: [...picked], nps }
    if (!(await send(store, box, { stars, conversation: card.conversation, ...more }))) return
    store.ratingDone = true
    store.say('chat')
  }
  return h(
    'div',
    {},
    reasons.length > 0 && h('div', { cls: 'pills', 'data-testid': 'reasons' }, reasons.map(toggle)),
    card.nps && h('div', { cls: 'mut sm', id: 'nps' }, both(card.nps)),
    card.nps && h('div', { cls: 'pills nps', role: 'group', 'aria-labelledby': 'nps' }, scale),
    note,
    h(
      'div',
      { cls: 'acts' },
      h('button', { cls: 'btn primary', onclick: () => void submit(), 'data-testid': 'rating-send' }, t('rateSend')),
    ),
  )
}

async function send(store: Store, box: HTMLElement, given: Record<string, unknown>): Promise<boolean> {
  box.querySelector('.err')?.remove()
  try {
    const known = Object.entries(given).filter(([, value]) => value !== null && value !== undefined && value !== '')
    await store.api.rate({ conversation: store.conversation, ...Object.fromEntries(known) })
    return true
  } catch (error) {
    box.append(h('div', { cls: 'err', role: 'alert' }, (error as Error).message))
    return false
  }
}
