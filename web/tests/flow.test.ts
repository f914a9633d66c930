import { describe, expect, it } from 'vitest'
import { pathOf, type Box, type Chart } from '@/parts/flow/chart'
import { layout } from '@/parts/flow/layout'

const state = (name: string) => ({ name, label: `状态${name}`, category: 'open', waits_for: 'agent' })
const move = (source: string, target: string, verb = `${source}${target}`) => ({
  verb,
  source,
  target,
  label: `动作${verb}`,
})
const CHART: Chart = {
  name: 'return',
  title: '退货退款',
  states: ['a', 'b', 'c', 'd', 'e', 'f'].map(state),
  moves: [
    move('a', 'b'),
    move('a', 'c'),
    move('c', 'a', 'amend'),
    move('b', 'd'),
    move('c', 'd'),
    move('d', 'e'),
    move('a', 'f'),
    move('d', 'f'),
    move('a', 'a', 'note'),
    move('b', 'd', 'auto'),
  ],
}
const apart = (one: Box, two: Box) =>
  one.x + one.width <= two.x + 0.01 ||
  two.x + two.width <= one.x + 0.01 ||
  one.y + one.height <= two.y + 0.01 ||
  two.y + two.height <= one.y + 0.01

describe.each(['right', 'down'] as const)('flow layout %s', (direction) => {
  const placed = layout(CHART, direction)
  const of = (name: string) => placed.states.find((one) => one.name === name) as (typeof placed.states)[number]
  const along = (box: Box) => (direction === 'down' ? box.y : box.x)

  it('puts every state after the states that lead to it', () => {
    for (const [from, to] of [
      ['a', 'b'],
      ['a', 'c'],
      ['b', 'd'],
      ['d', 'e'],
      ['d', 'f'],
    ]) {
      expect(along(of(to as string))).toBeGreaterThan(along(of(from as string)))
    }
  })
  it('lets nothing overlap: no state, no label', () => {
    const boxes: Box[] = [...placed.states, ...placed.moves.map((one) => one.label)]
    boxes.forEach((one, place) => boxes.slice(place + 1).forEach((two) => expect(apart(one, two)).toBe(true)))
  })
  it('stays inside its frame', () => {
    for (const box of placed.states) {
      expect(box.x).toBeGreaterThanOrEqual(0)
      expect(box.y).toBeGreaterThanOrEqual(0)
      expect(box.x + box.width).toBeLessThanOrEqual(placed.width + 0.01)
      expect(box.y + box.height).toBeLessThanOrEqual(placed.height + 0.01)
    }
  })
  it('joins moves between the same two states, and keeps a move to itself at its state', () => {
    expect(placed.moves.find((one) => one.source === 'b' && one.target === 'd')?.label.lines).toEqual([
      '动作bd',
      '动作auto',
    ])
    expect(of('a').again.map((one) => one.verb)).toEqual(['note'])
  })
  it('draws a move that leads back towards the earlier state', () => {
    const back = placed.moves.find((one) => one.source === 'c' && one.target === 'a')
    const [first, last] = [back?.points[0], back?.points.at(-1)]
    const at = (point: { x: number; y: number } | undefined) => (direction === 'down' ? point?.y : point?.x) ?? 0
    expect(at(first)).toBeGreaterThan(at(last))
    expect(pathOf(back?.points ?? [], direction === 'down')).toMatch(/^M[\d.]+ [\d.]+C/)
  })
})

it('a flow without moves is still drawn', () => {
  expect(layout({ ...CHART, moves: [] }).states).toHaveLength(6)
})
