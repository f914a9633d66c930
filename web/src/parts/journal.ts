/** A journal row as the audit page and every timeline show it. */
export interface JournalRow {
  number: number
  at: string
  shop: number | null
  area: string
  kind: string
  label?: string
  subject: string
  actor: string
  actor_name: string
  summary: string
  payload: Record<string, unknown>
}
export interface Change {
  field: string
  before: unknown
  after: unknown
}

const isPair = (value: unknown): value is [unknown, unknown] => Array.isArray(value) && value.length === 2

/** What a payload says has changed: `changes: {field: [old, new]}`, `before`/`after` objects, or a move's source and target. */
export function changesOf(payload: Record<string, unknown> = {}): Change[] {
  const { changes, before, after, source, target } = payload
  if (changes && typeof changes === 'object' && !Array.isArray(changes)) {
    return Object.entries(changes).map(([field, value]) => {
      if (isPair(value)) return { field, before: value[0], after: value[1] }
      const told = value as { before?: unknown; after?: unknown; old?: unknown; new?: unknown } | null
      if (told && typeof told === 'object' && ('after' in told || 'new' in told)) {
        return { field, before: told.before ?? told.old, after: told.after ?? told.new }
      }
      return { field, before: undefined, after: value }
    })
  }
  if (after && typeof after === 'object') {
    const old = (before ?? {}) as Record<string, unknown>
    const made = after as Record<string, unknown>
    return [...new Set([...Object.keys(old), ...Object.keys(made)])]
      .filter((field) => JSON.stringify(old[field]) !== JSON.stringify(made[field]))
      .map((field) => ({ field, before: old[field], after: made[field] }))
  }
  if (typeof source === 'string' && typeof target === 'string' && target)
    return [{ field: 'state', before: source || null, after: target }]
  return []
}

export function plain(value: unknown): string {
  if (value === null || value === undefined || value === '') return '—'
  if (typeof value === 'boolean') return value ? '✓' : '✗'
  if (Array.isArray(value)) return value.length ? value.map(plain).join(', ') : '—'
  if (typeof value === 'object') {
    return Object.entries(value)
      .map(([key, one]) => `${key}: ${plain(one)}`)
      .join(' · ')
  }
  return String(value)
}
