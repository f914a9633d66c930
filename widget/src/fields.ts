// Small form parts: a place for errors, photos, and a form drawn from JSON Schema.
import { fill, h } from './dom'
import { t } from './i18n'
import { toFen } from './money'
import type { Store } from './store'
import type { JsonSchema, Upload } from './types'

export function problem(): { node: HTMLElement; say(text: string): void } {
  const node = h('div', { cls: 'err', role: 'alert' })
  return { node, say: (text) => fill(node, text) }
}

export function photoField(store: Store): { node: HTMLElement; ids(): number[] } {
  const kept: Upload[] = []
  const wrong = problem()
  const shown = h('div', { cls: 'ph' })
  const file = h('input', { type: 'file', accept: 'image/*', multiple: true, hidden: true, 'data-testid': 'photos' })
  const take = async (): Promise<void> => {
    for (const one of Array.from(file.files ?? [])) {
      try {
        const upload = await store.api.upload(one)
        kept.push(upload)
        shown.append(h('img', { src: store.api.absolute(upload.url), alt: t('photos') }))
      } catch (error) {
        wrong.say((error as Error).message)
      }
    }
    file.value = ''
  }
  file.addEventListener('change', () => void take())
  const add = h('button', { cls: 'btn', type: 'button', onclick: () => file.click() }, t('addPhoto'))
  return { node: h('div', {}, shown, add, file, wrong.node), ids: () => kept.map((one) => one.id) }
}

type Read = () => unknown

function field(store: Store, name: string, schema: JsonSchema, root: JsonSchema): { node: HTMLElement; read: Read } {
  const plain = schema.anyOf?.find((one) => one.type !== 'null') ?? schema
  const known = plain.$ref ? (root.$defs?.[plain.$ref.split('/').pop() ?? ''] ?? plain) : plain
  const label = schema.title ?? known.title ?? name
  const labels = schema.labels ?? known.labels ?? {}
  if (known.enum) {
    const select = h(
      'select',
      { cls: 'in', name },
      known.enum.map((value) => h('option', { value }, labels[value] ?? value)),
    )
    return { node: h('label', {}, label, select), read: () => select.value }
  }
  if (known.type === 'array') {
    const photos = photoField(store)
    return { node: h('div', {}, h('label', {}, label), photos.node), read: photos.ids }
  }
  const help = known.description ?? schema.description
  const told = help ? h('div', { cls: 'mut sm' }, help) : null
  if (known.type === 'boolean') {
    const tick = h('input', {
      type: 'checkbox',
      name,
      checked: schema.default === true,
      'data-testid': `field-${name}`,
    })
    return { node: h('label', {}, tick, ' ', label, told), read: () => tick.checked }
  }
  const input = h('input', { cls: 'in', name, value: String(schema.default ?? ''), 'data-testid': `field-${name}` })
  const read = (): unknown => {
    if (name.endsWith('_fen')) return toFen(input.value)
    return known.type === 'integer' ? Number(input.value) : input.value.trim()
  }
  return { node: h('label', {}, label, input, told), read }
}

/** A move's form: the same JSON Schema that the agents' desk draws. */
export function schemaForm(store: Store, schema: JsonSchema): { node: HTMLElement; read(): Record<string, unknown> } {
  const made = Object.entries(schema.properties ?? {}).map(([name, one]) => ({
    name,
    ...field(store, name, one, schema),
  }))
  const read = (): Record<string, unknown> => Object.fromEntries(made.map((one) => [one.name, one.read()]))
  return {
    node: h(
      'div',
      {},
      made.map((one) => one.node),
    ),
    read,
  }
}
