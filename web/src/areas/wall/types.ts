/** What the wall's one answer holds, and what a click asks for. */
export interface Spread {
  n: number
  mean: number | null
  p50: number | null
  p90: number | null
}
export interface Speeds {
  frt: Spread
  art: Spread
}
export interface Now {
  queue: number
  serving: number
  waiting: number
  longest_since: string | null
  p50: number | null
  p90: number | null
  late: number
  alarm_after: number
  stale: number
  stale_after: number
}
export interface Agent {
  id: number
  name: string
  status: 'online' | 'suspended' | 'away' | 'offline'
  status_label: string
  since: string | null
  load: number
  cap: number
  waiting: number
  longest_since: string | null
}
export interface Arrivals {
  today: number[]
  usual: number[]
  days: number
  quarter: number
  so_far: number
  usual_so_far: number
  expected: number
}
export type Standing = 'none' | 'fine' | 'tight' | 'under' | 'lost'
export interface Source {
  key: string
  title: string
  text: string
  source: string
  verified: boolean
}
export interface Twin {
  metric: string
  title: string
  unit: string
  kind: 'rate' | 'average'
  value: number | null
  line: number
  days: number
  counted: number
  late: number
  today: { counted: number; good: number; late: number; pending: number; left_out: Record<string, number> }
  expected: number
  left: number
  needed: number
  standing: Standing
  says: string
  formula: string
  left_out: string
  hours: string
  sources: Source[]
}
export interface Wall {
  shop: number
  platform: string
  at: string
  now: Now
  speed: { minutes: number; now: Speeds; today: Speeds }
  agents: Agent[]
  arrivals: Arrivals
  twins: Twin[]
}

interface Named {
  id: number
  name: string
}
export interface TalkBehind {
  conversation: number
  customer: Named & { vip: number }
  agent: Named | null
  state: string
  state_label: string
  waiting_since: string | null
  last_message_at: string | null
  last_text: string
  labels: string[]
}
export interface RoundBehind {
  conversation: number
  customer: Named & { vip: number }
  agent: Named | null
  started_at: string
  ended_at: string | null
  seconds: number
  rounds: number
  state: 'good' | 'late' | 'pending' | 'left_out'
  state_label: string
  why: string
}
export interface RoundsPage {
  items: RoundBehind[]
  counts: Record<string, number>
  total: number
}

/** A number that was clicked. */
export type Ask =
  | { kind: 'talks'; list: 'queue' | 'serving' | 'waiting' | 'late' | 'stale'; title: string; agent?: number }
  | { kind: 'rounds'; metric: string; title: string; state?: string; quarter?: number; twin?: Twin }
