import { describe, expect, it } from 'vitest'
import { createFresh } from '@/areas/reception/fresh'

/** Answers that wait until the test lets them go. */
function slow() {
  const waiting: ((rating: number | null) => void)[] = []
  const ask = () => new Promise<number | null>((resolve) => waiting.push(resolve))
  return { ask, answer: (rating: number | null) => waiting.shift()!(rating), asked: () => waiting.length }
}
const soon = () => new Promise((resolve) => setTimeout(resolve))

describe('an answer older than an event', () => {
  it('is not taken: the record is asked for again', async () => {
    const server = slow()
    const fresh = createFresh(server.ask)
    const found = fresh.get(7)
    fresh.told(7) // she rated while the answer was on its way
    server.answer(null)
    await soon()
    expect(server.asked()).toBe(1)
    server.answer(5)
    expect(await found).toBe(5)
  })
  it('of another record does not matter', async () => {
    const server = slow()
    const fresh = createFresh(server.ask)
    const found = fresh.get(7)
    fresh.told(8)
    server.answer(4)
    expect(await found).toBe(4)
    expect(server.asked()).toBe(0)
  })
  it('that never rests is taken after three', async () => {
    const server = slow()
    const fresh = createFresh(server.ask)
    const found = fresh.get(7)
    for (const rating of [1, 2, 3]) {
      fresh.told(7)
      server.answer(rating)
      await soon()
    }
    expect(await found).toBe(3)
  })
})
