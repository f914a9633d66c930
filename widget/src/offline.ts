// Out of hours: what she asks, and how and when she wants to be answered (离线留言).
import { fill, h } from './dom'
import { problem } from './fields'
import { t, time } from './i18n'
import type { Store } from './store'
import type { OfflineAsk, OfflineLeft } from './types'
import { Refused } from './api'

export function offlineForm(store: Store): HTMLElement | null {
  const ask = store.session?.offline
  if (!ask?.ask) return null
  const box = h('div', { cls: 'card', 'data-testid': 'offline' })
  const left = store.left ?? ask.open
  fill(box, left ? thanks(store, box, ask, left) : form(store, ask))
  return box
}

function thanks(store: Store, box: HTMLElement, ask: OfflineAsk, left: OfflineLeft): HTMLElement {
  const again = h('button', { cls: 'btn', onclick: () => fill(box, form(store, ask)) }, t('offlineChange'))
  const when = left.promised_at ? `${t('offlineUntil')} ${time(left.promised_at)}` : ''
  return h(
    'div',
    { role: 'status' },
    h('b', {}, t('offlineThanks')),
    h('p', { cls: 'mut' }, left.promise || when),
    left.contact ? h('p', { cls: 'mut sm num' }, left.contact) : null,
    h('div', { cls: 'acts' }, again),
  )
}

function form(store: Store, ask: OfflineAsk): HTMLElement {
  const options = (rows: { name: string; label: string }[]): HTMLElement[] =>
    rows.map((one) => h('option', { value: one.name }, one.label))
  const text = h('textarea', { cls: 'in', rows: 3, maxlength: 1000, required: true, 'data-testid': 'offline-text' })
  const how = h('select', { cls: 'in' }, options(ask.contact_kinds))
  how.value = ask.contact_kinds.some((one) => one.name === 'none') ? 'none' : how.value
  const phone = h('input', { cls: 'in num', type: 'tel', maxlength: 20, autocomplete: 'tel' })
  const when = h('select', { cls: 'in' }, options(ask.times))
  const reach = h('div', {}, h('label', {}, t('offlinePhone'), phone), h('label', {}, t('offlineWhen'), when))
  const fit = (): void => void (reach.hidden = how.value === 'none')
  how.addEventListener('change', fit)
  fit()
  const wrong = problem()
  const button = h('button', { cls: 'btn primary', type: 'submit', 'data-testid': 'offline-send' }, t('offlineSend'))
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    button.disabled = true
    const reachable = how.value !== 'none'
    const body = { text: text.value.trim(), contact_kind: how.value, contact_time: when.value }
    try {
      store.left = await store.api.leave({ ...body, contact: reachable ? phone.value.trim() : '' })
      await store.load()
      store.say('chat')
    } catch (error) {
      wrong.say((error as Error).message)
      if (error instanceof Refused && error.fields['contact']) phone.focus()
    }
    button.disabled = false
  }
  return h(
    'form',
    { onsubmit: (event: Event) => void submit(event) },
    h('b', {}, t('offlineTitle')),
    h('p', { cls: 'mut sm' }, ask.promise),
    h('label', {}, t('offlineText'), text),
    h('label', {}, t('offlineHow'), how),
    reach,
    wrong.node,
    h('div', { cls: 'acts' }, button),
  )
}
