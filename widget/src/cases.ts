// The buyer's after-sales cases: progress, clocks, and exactly the steps that are hers now.
import { fill, h } from './dom'
import { problem, schemaForm } from './fields'
import { t, time } from './i18n'
import { yuan } from './money'
import type { Store } from './store'
import type { AskedAccount, CaseDetail, CaseRow, Step } from './types'

type OpenCase = (flow: string, id: number) => void

export function casesView(store: Store, openCase: OpenCase): HTMLElement {
  const asked = h('div')
  const list = h('div', {}, h('div', { cls: 'none' }, t('loading')))
  const body = h('div', { cls: 'body' }, asked, list)
  store.api.accounts().then(
    (found) =>
      fill(
        asked,
        found.map((one) => accountCard(store, one)),
      ),
    () => undefined,
  )
  const draw = (): void =>
    fill(
      list,
      store.cases.length ? store.cases.map((one) => row(one, openCase)) : h('div', { cls: 'none' }, t('noCases')),
    )
  store.on('cases', draw)
  store.loadCases().catch(draw)
  return body
}

/** Where shall the money go? Her answer is shown masked. */
function accountCard(store: Store, one: AskedAccount): HTMLElement {
  const kind = h('select', { cls: 'in', name: 'kind' }, [
    h('option', { value: 'alipay' }, t('alipay')),
    h('option', { value: 'bank' }, t('bankCard')),
  ])
  const fields = (['holder', 'account', 'bank'] as const).map((name) =>
    h('input', { cls: 'in', name, maxlength: 60, autocomplete: 'off', 'data-testid': `account-${name}` }),
  )
  const bank = h('label', { hidden: true }, t('bankName'), fields[2])
  kind.addEventListener('change', () => (bank.hidden = kind.value !== 'bank'))
  const wrong = problem()
  const card = h('div', { cls: 'card', 'data-testid': 'account-asked' })
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    const [holder, account, at] = fields.map((field) => field.value.trim())
    try {
      await store.api.tellAccount({ order: one.order.id, kind: kind.value, holder, account, bank: at })
      fill(card, h('b', {}, t('accountTold')))
    } catch (error) {
      wrong.say((error as Error).message)
    }
  }
  const told = one.account.told_at && `${one.account.kind_label} ${one.account.holder} ${one.account.account}`
  const send = h('button', { cls: 'btn primary', type: 'submit', 'data-testid': 'account-send' }, t('submit'))
  fill(
    card,
    h('b', {}, `${t('accountAsked')} ${yuan(one.amount_fen)}`),
    h('p', { cls: 'mut sm' }, told || t('accountWhy')),
    h(
      'form',
      { onsubmit: (event: Event) => void submit(event) },
      h('label', {}, t('accountKind'), kind),
      h('label', {}, t('accountHolder'), fields[0]),
      h('label', {}, t('accountNo'), fields[1]),
      bank,
      wrong.node,
      h('div', { cls: 'acts' }, send),
    ),
  )
  return card
}

function row(one: CaseRow, openCase: OpenCase): HTMLElement {
  return h(
    'div',
    { cls: 'card', 'data-testid': 'case' },
    h('div', { cls: 'row' }, h('b', {}, one.flow_label), h('span', { cls: 'tag hot' }, one.state_label)),
    h('div', { cls: 'mut sm num' }, one.number),
    one.buyer_text ? h('p', { cls: 'mut' }, one.buyer_text) : null,
    h('div', { cls: 'acts' }, h('button', { cls: 'btn', onclick: () => openCase(one.flow, one.id) }, t('progress'))),
  )
}

export function caseView(store: Store, flow: string, id: number, back: () => void): HTMLElement {
  const body = h('div', { cls: 'body' }, h('div', { cls: 'none' }, t('loading')))
  const load = (): void => {
    store.api.case(flow, id).then(
      (found) => fill(body, detail(store, found, load, back)),
      (error: Error) => fill(body, h('div', { cls: 'none' }, error.message)),
    )
  }
  store.on('cases', () => body.isConnected && !body.querySelector('form') && load())
  load()
  return body
}

function detail(store: Store, found: CaseDetail, reload: () => void, back: () => void): HTMLElement {
  const address = found.return_address
  const form = h('div')
  return h(
    'div',
    {},
    h('button', { cls: 'mut', onclick: back }, `‹ ${t('cancel')}`),
    h(
      'div',
      { cls: 'card', 'data-testid': 'case-detail' },
      h(
        'div',
        { cls: 'row' },
        h('b', { cls: 'num' }, found.number),
        h('span', { cls: 'tag hot', 'data-testid': 'case-state' }, found.state_label),
      ),
      found.buyer_text ? h('p', {}, found.buyer_text) : null,
      found.requested_fen ? h('p', { cls: 'mut num' }, `${t('amount')} ${yuan(found.requested_fen)}`) : null,
      found.facts?.map((one) => h('p', { cls: 'sm' }, h('span', { cls: 'mut' }, `${one.label} `), one.value)),
      found.freight?.text ? h('p', { cls: 'mut sm' }, found.freight.text) : null,
      address &&
        h('p', {}, h('b', {}, t('returnTo')), h('br'), `${address.name} ${address.phone}`, h('br'), address.address),
      found.clocks.map((clock) => h('p', { cls: 'mut sm num' }, `${clock.label} ${t('until')} ${time(clock.due_at)}`)),
      h(
        'div',
        { cls: 'acts' },
        found.can.map((step) => button(store, found, step, form, reload)),
      ),
      form,
    ),
    h(
      'ol',
      { cls: 'steps' },
      [...found.timeline].reverse().map((one) => h('li', {}, one.label, h('div', { cls: 'mut sm' }, time(one.at)))),
    ),
  )
}

function button(store: Store, found: CaseDetail, step: Step, place: HTMLElement, reload: () => void): HTMLElement {
  const wrong = problem()
  const go = async (values: Record<string, unknown>): Promise<void> => {
    try {
      await store.api.move(found.flow, found.id, step.verb, values)
      reload()
    } catch (error) {
      wrong.say((error as Error).message)
    }
  }
  const open = (): void => {
    const fields = step.form ? schemaForm(store, step.form) : null
    const submit = (event: Event): void => {
      event.preventDefault()
      void go(fields ? fields.read() : {})
    }
    const ok = h('button', { cls: 'btn primary', type: 'submit', 'data-testid': 'confirm' }, t('confirm'))
    fill(
      place,
      h('form', { onsubmit: submit }, h('b', {}, step.label), fields?.node, wrong.node, h('div', { cls: 'acts' }, ok)),
    )
  }
  const props = {
    cls: `btn ${step.style}`,
    disabled: Boolean(step.disabled),
    title: step.disabled ?? '',
    'data-testid': `step-${step.verb}`,
    onclick: open,
  }
  return h('button', props, step.label)
}
