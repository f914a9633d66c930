/** From a JSON Schema (pydantic's) to the fields of a form, and from the form back to the JSON that is sent. */
/** A text that the server has put into one language: plain, or as the `title` of an object. */
export type Told = string | { title?: string }
export interface Schema {
  type?: string | string[]
  title?: string
  description?: string | Told
  default?: unknown
  enum?: unknown[]
  const?: unknown
  format?: string
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  $ref?: string
  $defs?: Record<string, Schema>
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  minItems?: number
  maxItems?: number
  pattern?: string
  examples?: unknown[]
  readOnly?: boolean
  [extra: string]: unknown
}
export type Kind =
  | 'text'
  | 'textarea'
  | 'choice'
  | 'choices'
  | 'integer'
  | 'number'
  | 'money'
  | 'boolean'
  | 'datetime'
  | 'date'
  | 'lines'
  | 'photos'
  | 'tags'
  | 'group'
  | 'json'
export interface Choice {
  value: unknown
  label: string
}
export interface Field {
  name: string
  kind: Kind
  title: string
  help: string
  required: boolean
  nullable: boolean
  initial: unknown
  choices: Choice[]
  min: number | undefined
  max: number | undefined
  maxLength: number | undefined
  minItems: number | undefined
  maxItems: number | undefined
  /** The fields of one line, or of a group. */
  parts: Field[]
}
export type Values = Record<string, unknown>
/** Finds a translated word for a field name or a choice; returns undefined when there is none. */
export type Words = (kind: 'field' | 'choice', name: string, value?: string) => string | undefined

function resolve(schema: Schema, root: Schema): Schema {
  let now = schema
  for (let depth = 0; depth < 8; depth += 1) {
    const target = now.$ref
      ? root.$defs?.[now.$ref.split('/').pop() ?? '']
      : now.allOf?.length === 1
        ? now.allOf[0]
        : undefined
    if (!target) return now
    const { $ref: _ref, allOf: _all, ...over } = now
    now = { ...target, ...over }
  }
  return now
}

function unwrap(schema: Schema, root: Schema): { schema: Schema; nullable: boolean } {
  const own = resolve(schema, root)
  const options = own.anyOf ?? (own.oneOf?.some((one) => one.type === 'null') ? own.oneOf : undefined)
  if (options) {
    const rest = options.filter((one) => one.type !== 'null')
    const { anyOf: _any, oneOf: _one, ...over } = own
    if (rest.length === 1)
      return { schema: { ...resolve(rest[0] ?? {}, root), ...over }, nullable: rest.length < options.length }
    const pick = rest.find((one) => one.type === 'integer') ?? rest[0] ?? {}
    return { schema: { ...resolve(pick, root), ...over }, nullable: rest.length < options.length }
  }
  if (Array.isArray(own.type)) {
    const types = own.type.filter((one) => one !== 'null')
    return { schema: { ...own, type: types[0] ?? 'string' }, nullable: types.length < own.type.length }
  }
  return { schema: own, nullable: false }
}

const LONG = /(note|reason|text|remark|message|comment|description|address|explain)$/

function kindOf(name: string, schema: Schema, root: Schema): Kind {
  const told = schema['x-kind'] ?? schema.widget
  if (typeof told === 'string') return told as Kind
  if (schema.enum || schema.oneOf?.every((one) => one.const !== undefined)) return 'choice'
  if (schema.type === 'boolean') return 'boolean'
  if (schema.type === 'integer') return /_fen$|^fen$/.test(name) ? 'money' : 'integer'
  if (schema.type === 'number') return 'number'
  if (schema.type === 'object' || schema.properties) return schema.properties ? 'group' : 'json'
  if (schema.type === 'array') {
    const item = resolve(schema.items ?? {}, root)
    if (/photo|image|picture|attachment|upload/.test(name)) return 'photos'
    if (item.enum) return 'choices'
    return item.properties ? 'lines' : 'tags'
  }
  if (schema.format === 'date-time') return 'datetime'
  if (schema.format === 'date') return 'date'
  return LONG.test(name) || (schema.maxLength ?? 0) > 200 ? 'textarea' : 'text'
}

function pretty(name: string): string {
  const text = name.replace(/_fen$/, '').replace(/_/g, ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Pydantic makes a title from the field's name; such a title is not a label anybody wrote. */
function written(schema: Schema, name: string): string | undefined {
  const made = name
    .split('_')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join(' ')
  return schema.title && schema.title !== made ? schema.title : undefined
}

const told = (text: Told | undefined): string => (typeof text === 'object' ? (text.title ?? '') : (text ?? ''))

function choicesOf(name: string, schema: Schema, words: Words): Choice[] {
  if (schema.oneOf) return schema.oneOf.map((one) => ({ value: one.const, label: one.title ?? String(one.const) }))
  const labels = (schema['x-labels'] ?? schema.labels) as Record<string, Told> | Told[] | undefined
  return (schema.enum ?? []).map((value, place) => {
    const label = told(Array.isArray(labels) ? labels[place] : labels?.[String(value)])
    return { value, label: label || (words('choice', name, String(value)) ?? String(value)) }
  })
}

export function fieldOf(name: string, raw: Schema, root: Schema, required: boolean, words: Words): Field {
  const { schema, nullable } = unwrap(raw, root)
  const kind = kindOf(name, schema, root)
  const item = resolve(schema.items ?? {}, root)
  const inner = kind === 'lines' ? item : kind === 'group' ? schema : undefined
  return {
    name,
    kind,
    title: written(raw, name) ?? written(schema, name) ?? words('field', name) ?? pretty(name),
    help: told(raw.description) || told(schema.description),
    required,
    nullable,
    initial: raw.default ?? schema.default,
    choices: choicesOf(name, kind === 'choices' ? { ...item, labels: item.labels ?? schema.labels } : schema, words),
    min: schema.minimum ?? (schema.exclusiveMinimum === undefined ? undefined : schema.exclusiveMinimum + 1),
    max: schema.maximum ?? (schema.exclusiveMaximum === undefined ? undefined : schema.exclusiveMaximum - 1),
    maxLength: schema.maxLength,
    minItems: schema.minItems,
    maxItems: schema.maxItems,
    parts: inner ? fieldsOf(inner, words, root) : [],
  }
}

export function fieldsOf(schema: Schema, words: Words = () => undefined, root: Schema = schema): Field[] {
  const own = resolve(schema, root)
  return Object.entries(own.properties ?? {})
    .filter(([, one]) => one.const === undefined && !one.readOnly)
    .map(([name, one]) => fieldOf(name, one, root, own.required?.includes(name) ?? false, words))
}
