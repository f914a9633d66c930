/** The nine charts as the API gives them (GET /api/charts). */
export type Shape = 'start' | 'step' | 'ask' | 'end'
export interface Step {
  name: string
  shape: Shape
  who: string
  label: string
  state: string
  state_label: string
  ways: { to: string; label: string }[]
}
export interface ServiceChart {
  no: string
  flow: string
  title: string
  rows: string[]
  said: string[]
  aside: string[]
  lanes: { who: string; label: string }[]
  steps: Step[]
  clocks: { kind: string; label: string; rule: string; who: string; length: string }[]
}
