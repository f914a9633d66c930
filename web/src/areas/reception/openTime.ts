/** Time as the reply clocks count it: only while the shop is open. Pure; the same arithmetic as reception/clocks.py. */

/** Open stretches around now, in milliseconds; none means always open. */
export type Hours = readonly (readonly [number, number])[]

export const readHours = (given: readonly (readonly [string, string])[]): Hours =>
  given.map(([opens, closes]) => [Date.parse(opens), Date.parse(closes)] as const)

/** When `ms` of open time will have passed since `at`; beyond the known hours time simply runs. */
export function dueWithin(hours: Hours, at: number, ms: number): number {
  let left = ms
  for (const [opens, closes] of hours) {
    const start = Math.max(opens, at)
    if (closes <= start) continue
    if (left <= closes - start) return start + left
    left -= closes - start
  }
  return at + ms
}

/** How much open time lies between two instants; what lies before the first known stretch counts as it is. */
export function openBetween(hours: Hours, from: number, to: number): number {
  const first = hours[0]
  if (!first || to <= from) return Math.max(0, to - from)
  const before = Math.max(0, Math.min(first[0], to) - from)
  const known = hours.reduce((sum, [a, b]) => sum + Math.max(0, Math.min(b, to) - Math.max(a, from)), 0)
  return from < first[0] - 86_400_000 ? before + known : known
}
