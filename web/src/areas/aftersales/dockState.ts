/** What stands on the return dock: counts, checks, and which step comes next. Pure. */
import { CHECKS, type Case, type CaseLine, type Check } from './model'

export interface Count {
  line: number
  received: number
  damaged: number
}
export interface Draft {
  counts: Count[]
  checks: Record<Check, boolean | null>
  photos: number[]
  note: string
}
export type Step = 'receive' | 'inspect' | 'send_back' | 'none'

export function draftOf(lines: readonly CaseLine[]): Draft {
  return {
    counts: lines.map((one) => ({ line: one.line, received: one.received ?? one.qty, damaged: one.damaged })),
    checks: { model_ok: null, package_ok: null, tags_ok: null, card_inside: null },
    photos: [],
    note: '',
  }
}

/** A count after a press of plus or minus: received at most as asked for, damaged at most as received. */
export function counted(count: Count, asked: number, change: Partial<Count>): Count {
  const received = Math.max(0, Math.min(asked, change.received ?? count.received))
  const damaged = Math.max(0, Math.min(received, change.damaged ?? count.damaged))
  return { ...count, received, damaged }
}

export const allChecked = (draft: Draft): boolean => CHECKS.every((one) => draft.checks[one] !== null)
export const checkAll = (draft: Draft): Draft => ({
  ...draft,
  checks: { model_ok: true, package_ok: true, tags_ok: true, card_inside: true },
})
export const emptyParcel = (draft: Draft): boolean => draft.counts.every((one) => one.received === 0)

/** Everything came, whole, and every check is a yes. */
export function perfect(draft: Draft, lines: readonly CaseLine[]): boolean {
  return (
    CHECKS.every((one) => draft.checks[one] === true) &&
    draft.counts.every((one) => one.damaged === 0 && one.received === lines.find((line) => line.line === one.line)?.qty)
  )
}

export type Missing = 'checks' | 'note'
/** What must still be done before the parcel can be received. */
export function missing(draft: Draft): Missing[] {
  const found: Missing[] = []
  if (!allChecked(draft)) found.push('checks')
  if (emptyParcel(draft) && !draft.note.trim()) found.push('note')
  return found
}

export function receiveForm(draft: Draft): Record<string, unknown> {
  const checks = Object.fromEntries(CHECKS.map((one) => [one, draft.checks[one] === true]))
  return { lines: draft.counts, ...checks, photos: draft.photos, note: draft.note.trim() }
}

/** The dock's next step for a case: the first of its steps that the viewer may take now. */
export function stepOf(row: Pick<Case, 'can'>): Step {
  const verbs = row.can.filter((one) => !one.disabled).map((one) => one.verb)
  return (['receive', 'inspect', 'send_back'] as const).find((one) => verbs.includes(one)) ?? 'none'
}

export type Verdict = 'pass' | 'partial' | 'fail'
/** The verdict that the counts and checks suggest; the person decides. */
export function suggested(row: Pick<Case, 'lines' | 'receipt'>): Verdict {
  const got = row.lines.reduce((sum, one) => sum + (one.received ?? 0), 0)
  const asked = row.lines.reduce((sum, one) => sum + one.qty, 0)
  const broken = row.lines.reduce((sum, one) => sum + one.damaged, 0)
  const receipt = row.receipt ?? {}
  if (got === 0 || broken === got || receipt.model_ok === false) return 'fail'
  if (got < asked || broken > 0 || receipt.tags_ok === false) return 'partial'
  return 'pass'
}
