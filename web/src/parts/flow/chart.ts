/** What a flowchart is made of, and the pen that draws its lines. */
export interface ChartState {
  name: string
  label: string
  category: string
  waits_for: string
}
export interface ChartMove {
  verb: string
  source: string
  target: string
  label: string
  by?: string[]
  clocks?: string[]
}
export interface Chart {
  name: string
  title: string
  states: ChartState[]
  moves: ChartMove[]
}
export interface Box {
  x: number
  y: number
  width: number
  height: number
}
export interface PlacedState extends Box, ChartState {
  again: ChartMove[]
}
export interface PlacedMove {
  source: string
  target: string
  moves: ChartMove[]
  label: Box & { lines: string[] }
  points: { x: number; y: number }[]
}
export interface Placed {
  states: PlacedState[]
  moves: PlacedMove[]
  width: number
  height: number
}

/** A smooth path through the points, leaving and arriving along the reading direction. */
export function pathOf(points: readonly { x: number; y: number }[], down: boolean): string {
  const [first, ...rest] = points
  if (!first) return ''
  let text = `M${first.x.toFixed(1)} ${first.y.toFixed(1)}`
  let before = first
  for (const point of rest) {
    const [half, there] = down ? [(before.y + point.y) / 2, point] : [(before.x + point.x) / 2, point]
    text += down
      ? `C${before.x.toFixed(1)} ${half.toFixed(1)} ${there.x.toFixed(1)} ${half.toFixed(1)} ${there.x.toFixed(1)} ${there.y.toFixed(1)}`
      : `C${half.toFixed(1)} ${before.y.toFixed(1)} ${half.toFixed(1)} ${there.y.toFixed(1)} ${there.x.toFixed(1)} ${there.y.toFixed(1)}`
    before = point
  }
  return text
}

export function textWidth(text: string, size: number): number {
  return [...text].reduce((sum, one) => sum + (one.charCodeAt(0) > 0x2e80 ? 1 : 0.58), 0) * size
}
