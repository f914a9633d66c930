/** From the fields of a form to the JSON that is sent, and what is wrong with it. */
import type { Field, Values } from './schema'

export function blank(field: Field): unknown {
  if (field.initial !== undefined) return structuredClone(field.initial)
  if (field.kind === 'boolean') return false
  if (field.kind === 'group') return initialValues(field.parts)
  if (['lines', 'photos', 'choices', 'tags'].includes(field.kind)) return []
  return null
}

export function initialValues(fields: readonly Field[], given: Values = {}): Values {
  return Object.fromEntries(fields.map((field) => [field.name, given[field.name] ?? blank(field)]))
}

const empty = (value: unknown) => value === null || value === undefined || value === ''

/** What is sent: empty optional fields are left out, text is trimmed, lines without a quantity are dropped. */
export function outgoing(fields: readonly Field[], values: Values): Values {
  const out: Values = {}
  for (const field of fields) {
    let value = values[field.name]
    if (typeof value === 'string') value = value.trim()
    if (field.kind === 'group') value = outgoing(field.parts, (value ?? {}) as Values)
    if (field.kind === 'lines') {
      const lines = (value ?? []) as Values[]
      value = lines
        .map((line) => outgoing(field.parts, line))
        .filter((line) => !('qty' in line) || Number(line.qty) > 0)
    }
    if (!empty(value)) out[field.name] = value
    else if (field.required && field.nullable) out[field.name] = null
  }
  return out
}

export type Problem = 'required' | 'min' | 'max' | 'few'

/** What the browser can already see is wrong; the server has the last word. */
export function check(fields: readonly Field[], values: Values): Record<string, Problem> {
  const found: Record<string, Problem> = {}
  const sent = outgoing(fields, values)
  for (const field of fields) {
    const value = sent[field.name]
    if (field.required && !field.nullable && empty(value)) found[field.name] = 'required'
    if (typeof value === 'number' && field.min !== undefined && value < field.min) found[field.name] = 'min'
    if (typeof value === 'number' && field.max !== undefined && value > field.max) found[field.name] = 'max'
    if (Array.isArray(value) && value.length < (field.minItems ?? (field.required && field.kind === 'lines' ? 1 : 0))) {
      found[field.name] = 'few'
    }
  }
  return found
}

/** The server's `fields` by top-level name: "lines.0.qty" belongs to "lines"; what fits no field comes back as rest. */
export function serverErrors(
  fields: readonly Field[],
  told: Record<string, string>,
): { byField: Record<string, string>; rest: string[] } {
  const byField: Record<string, string> = {}
  const rest: string[] = []
  for (const [path, message] of Object.entries(told)) {
    const parts = path.split('.').filter((part) => !['body', 'payload', 'data', 'form'].includes(part))
    const owner = fields.find((field) => parts.includes(field.name))
    if (!owner) rest.push(parts.length ? `${parts.join('.')}: ${message}` : message)
    else byField[owner.name] = byField[owner.name] ? `${byField[owner.name]}; ${message}` : message
  }
  return { byField, rest }
}
