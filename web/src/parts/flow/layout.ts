/**
 * A layered layout for flowcharts, pure. Ranks by longest path (moves that lead back are turned round for ranking),
 * every move gets a place of its own for its label between the ranks, crossings are reduced by barycentres.
 */
import { textWidth, type Box, type Chart, type ChartMove, type Placed } from './chart'

interface Item {
  id: string
  rank: number
  /** Size along the reading direction, and across it. */
  deep: number
  wide: number
  at: number
  before: Item[]
  after: Item[]
}
interface Edge {
  source: string
  target: string
  moves: ChartMove[]
  chain: Item[]
  turned: boolean
}

/** Depth-first search from the first state; a move to a state still on the path leads back. */
function ranks(
  names: string[],
  edges: { source: string; target: string }[],
): { rank: Map<string, number>; back: Set<number> } {
  const out = new Map<string, number[]>(names.map((name) => [name, []]))
  edges.forEach((edge, place) => out.get(edge.source)?.push(place))
  const back = new Set<number>()
  const done = new Map<string, 'open' | 'closed'>()
  const order: string[] = []
  const visit = (name: string): void => {
    done.set(name, 'open')
    for (const place of out.get(name) ?? []) {
      const target = edges[place]?.target ?? ''
      if (done.get(target) === 'open') back.add(place)
      else if (!done.has(target)) visit(target)
    }
    done.set(name, 'closed')
    order.unshift(name)
  }
  names.forEach((name) => done.has(name) || visit(name))
  const rank = new Map<string, number>(names.map((name) => [name, 0]))
  for (const name of order) {
    for (const place of out.get(name) ?? []) {
      if (back.has(place)) continue
      const target = edges[place]?.target ?? ''
      rank.set(target, Math.max(rank.get(target) ?? 0, (rank.get(name) ?? 0) + 1))
    }
  }
  return { rank, back }
}

const GAP = 18
const mean = (items: Item[], fallback: number) =>
  items.length ? items.reduce((sum, one) => sum + one.at, 0) / items.length : fallback

/** Put the items of one rank as near to where they want to be as their sizes allow (pooling neighbours that collide). */
function settle(items: Item[], wish: (item: Item) => number): void {
  interface Pool {
    items: Item[]
    start: number
    size: number
  }
  const pools: Pool[] = []
  for (const item of items) {
    const size = item.wide + GAP
    let pool: Pool = { items: [item], start: wish(item) - size / 2, size }
    let last = pools.at(-1)
    while (last && last.start + last.size > pool.start) {
      const joined: Pool = { items: [...last.items, ...pool.items], start: 0, size: last.size + pool.size }
      joined.start =
        (last.start * last.items.length + (pool.start - last.size) * pool.items.length) / joined.items.length
      pools.pop()
      pool = joined
      last = pools.at(-1)
    }
    pools.push(pool)
  }
  for (const pool of pools) {
    let at = pool.start
    for (const item of pool.items) {
      item.at = at + (item.wide + GAP) / 2
      at += item.wide + GAP
    }
  }
}

function arrange(layers: Item[][]): void {
  layers.forEach((layer) => layer.forEach((item, place) => (item.at = place * 100)))
  for (let pass = 0; pass < 12; pass += 1) {
    const down = pass % 2 === 0
    for (const layer of down ? layers : [...layers].reverse()) {
      const want = new Map(layer.map((item) => [item, mean(down ? item.before : item.after, item.at)]))
      layer.sort((a, b) => (want.get(a) ?? 0) - (want.get(b) ?? 0))
      settle(layer, (item) => want.get(item) ?? item.at)
    }
  }
  for (let pass = 0; pass < 4; pass += 1)
    layers.forEach((layer) => settle(layer, (item) => mean([...item.before, ...item.after], item.at)))
}

function link(from: Item, to: Item): void {
  from.after.push(to)
  to.before.push(from)
}

export function layout(chart: Chart, direction: 'down' | 'right' = 'right'): Placed {
  const down = direction === 'down'
  const item = (id: string, rank: number, width: number, height: number): Item => ({
    id,
    rank,
    deep: down ? height : width,
    wide: down ? width : height,
    at: 0,
    before: [],
    after: [],
  })
  const pairs = new Map<string, ChartMove[]>()
  for (const move of chart.moves) {
    const key = `${move.source}>${move.target}`
    pairs.set(key, [...(pairs.get(key) ?? []), move])
  }
  const between = [...pairs.values()].filter(([first]) => first && first.source !== first.target)
  const ends = between.map(([first]) => ({ source: first?.source ?? '', target: first?.target ?? '' }))
  const { rank, back } = ranks(
    chart.states.map((state) => state.name),
    ends,
  )
  const nodes = new Map<string, Item>()
  for (const state of chart.states) {
    nodes.set(
      state.name,
      item(state.name, (rank.get(state.name) ?? 0) * 2, Math.max(72, textWidth(state.label, 13) + 28), 36),
    )
  }
  const all = [...nodes.values()]
  const edges: Edge[] = ends.map((end, place) => {
    const moves = between[place] ?? []
    const turned = back.has(place)
    const [from, to] = turned ? [end.target, end.source] : [end.source, end.target]
    const first = nodes.get(from) as Item
    const last = nodes.get(to) as Item
    const chain: Item[] = []
    const labelRank = turned ? last.rank - 1 : first.rank + 1
    for (let at = first.rank + 1; at < last.rank; at += 1) {
      const text = at === labelRank ? moves.map((move) => move.label) : []
      const width = text.length ? Math.max(...text.map((one) => textWidth(one, 11.5))) + 10 : 4
      chain.push(item(`${from}>${to}:${at}`, at, width, text.length ? text.length * 16 + 2 : 4))
    }
    const path = [first, ...chain, last]
    path.slice(1).forEach((one, index) => link(path[index] as Item, one))
    all.push(...chain)
    return { ...end, moves, chain: turned ? chain.reverse() : chain, turned }
  })
  const layers: Item[][] = []
  for (const one of all) (layers[one.rank] ??= []).push(one)
  const used = Array.from(layers, (layer) => layer ?? [])
  arrange(used)
  return place(chart, used, nodes, edges, down)
}

function place(chart: Chart, layers: Item[][], nodes: Map<string, Item>, edges: Edge[], down: boolean): Placed {
  const PAD = 12
  const everything = layers.flat()
  const low = Math.min(0, ...everything.map((one) => one.at - one.wide / 2))
  const broad = Math.max(0, ...everything.map((one) => one.at + one.wide / 2)) - low
  const middle: number[] = []
  let depth = PAD
  layers.forEach((layer, index) => {
    const deep = Math.max(0, ...layer.map((one) => one.deep))
    middle[index] = depth + deep / 2
    depth += deep + (down ? 15 : 16)
  })
  const centre = (one: Item) => {
    const along = middle[one.rank] ?? 0
    const across = one.at - low + PAD
    return down ? { x: across, y: along } : { x: along, y: across }
  }
  const box = (one: Item): Box => {
    const { x, y } = centre(one)
    const [width, height] = down ? [one.wide, one.deep] : [one.deep, one.wide]
    return { x: x - width / 2, y: y - height / 2, width, height }
  }
  const states = chart.states.map((state) => ({
    ...state,
    ...box(nodes.get(state.name) as Item),
    again: chart.moves.filter((move) => move.source === state.name && move.target === state.name),
  }))
  const moves = edges.map((edge) => {
    const from = nodes.get(edge.source) as Item
    const to = nodes.get(edge.target) as Item
    const labelled = edge.chain[0] as Item
    const reach = (one: Item, sign: number) => {
      const { x, y } = centre(one)
      return down ? { x, y: y + (sign * one.deep) / 2 } : { x: x + (sign * one.deep) / 2, y }
    }
    const way = edge.turned ? -1 : 1
    return {
      source: edge.source,
      target: edge.target,
      moves: edge.moves,
      label: { ...box(labelled), lines: edge.moves.map((move) => move.label) },
      points: [reach(from, way), ...edge.chain.map(centre), reach(to, -way)],
    }
  })
  const [width, height] = down ? [broad + PAD * 2, depth + PAD] : [depth + PAD, broad + PAD * 2]
  return { states, moves, width, height }
}
