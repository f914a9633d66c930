/** The report as the server answers it. */
export const OUTCOMES = ['blocked', 'warned', 'reworded', 'confirmed', 'sent'] as const
export type Outcome = (typeof OUTCOMES)[number]

export interface Tally extends Record<Outcome, number> {
  stopped: number
  near: number
  total: number
}
export interface RuleLine extends Tally {
  rule: string
  title: string
  appeals: number
  false_alarms: number
  points: number
  fen: number
}
export interface Day extends Tally {
  day: string
}
export interface Report {
  shop: number
  begin: string
  end: string
  total: Tally & {
    appeals: number
    false_alarms: number
    false_alarm_rate: number
    texts: number
    points: number
    fen: number
  }
  rules: RuleLine[]
  agents: (Tally & { staff: number; name: string })[]
  teams: (Tally & { team: number; name: string })[]
  days: Day[]
  traps: { rule: string; title: string; times: number; talks: number }[]
}
/** One colour an outcome, the same in chart and bars. */
export const COLOURS: Record<Outcome, string> = {
  blocked: '--danger',
  warned: '--warn',
  reworded: '--ok',
  confirmed: '--info',
  sent: '--line-strong',
}
