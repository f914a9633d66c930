/** What stands on the return dock: counts, checks, and which step comes next. Pure. */
import { CHECKS, type Case, type CaseLine } from './model'

export interface Count {
  line: number
  received: number
  damaged: number
}
export interface Draft {
  counts: Count[]
  checks: Record<string, boolean | null>
  /** What the service card or the note inside says. */
  slip: string
  photos: number[]
  note: string
}
export type Step = 'receive' | 'inspect' | 'send_back' | 'none'

/** `asked` are the questions for the goods' categories, as the server says; the common four without it. */
export function draftOf(lines: readonly CaseLine[], asked: readonly string[] = CHECKS): Draft {
  return {
    counts: lines.map((one) => ({ line: one.line, received: one.received ?? one.qty, damaged: one.damaged })),
    checks: Object.fromEntries(asked.map((one) => [one, null])),
    photos: [],
    note: '',
    slip: '',
  }
}

/** A count after a press of plus or minus: received at most as asked for, damaged at most as received. */
export function counted(count: Count, asked: number, change: Partial<Count>): Count {
  const received = Math.max(0, Math.min(asked, change.received ?? count.received))
  const damaged = Math.max(0, Math.min(received, change.damaged ?? count.damaged))
  return { ...count, received, damaged }
}

export const allChecked = (draft: Draft): boolean => Object.values(draft.checks).every((one) => one !== null)
export const checkAll = (draft: Draft): Draft => ({
  ...draft,
  checks: Object.fromEntries(Object.keys(draft.checks).map((one) => [one, true])),
})
export const emptyParcel = (draft: Draft): boolean => draft.counts.every((one) => one.received === 0)

/** Everything came, whole, and every check is a yes. */
export function perfect(draft: Draft, lines: readonly CaseLine[]): boolean {
  return (
    Object.values(draft.checks).every((one) => one === true) &&
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
  const common = Object.fromEntries(CHECKS.map((one) => [one, draft.checks[one] === true]))
  const more = Object.keys(draft.checks).filter((one) => !(CHECKS as readonly string[]).includes(one))
  const checks = Object.fromEntries(more.map((one) => [one, draft.checks[one] === true]))
  const said = { photos: draft.photos, note: draft.note.trim(), slip: draft.slip.trim() }
  return { lines: draft.counts, ...common, checks, ...said }
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
