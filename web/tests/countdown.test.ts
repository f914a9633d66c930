import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { serverNow, syncClock } from '@/live/clock'
import Countdown from '@/parts/Countdown.vue'
import { spanText, toneOf } from '@/parts/time'

const START = Date.parse('2026-11-11T00:00:00Z')

describe('Countdown', () => {
  beforeEach(() => vi.useFakeTimers({ now: START }))
  afterEach(() => vi.useRealTimers())

  it('counts by the server’s clock and turns over', async () => {
    syncClock('2026-11-11T08:00:00Z', START, START)
    const shown = mount(Countdown, { props: { due: '2026-11-11T08:00:03Z' } })
    expect(shown.text()).toBe('00:03')
    vi.advanceTimersByTime(2010)
    await nextTick()
    expect(shown.text()).toBe('00:00')
    vi.advanceTimersByTime(62_000)
    await nextTick()
    expect(shown.text()).toBe('超时 01:01')
    expect(shown.classes()).toContain('over')
    shown.unmount()
    expect(vi.getTimerCount()).toBe(0)
  })
  it('allows for half the round trip', () => {
    syncClock('2026-11-11T08:00:00Z', START - 400, START)
    expect(serverNow()).toBe(Date.parse('2026-11-11T08:00:00Z') + 200)
  })
  it('stands still when paused', () => {
    const shown = mount(Countdown, { props: { due: '2026-11-11T00:00:03Z', paused: true } })
    expect(shown.text()).toBe('已暂停')
    shown.unmount()
  })
  it('writes spans', () => {
    expect([5_000, 65_000, 3_661_000, 90_000_000].map(spanText)).toEqual(['00:05', '01:05', '1:01:01', '1天 01:00'])
  })
  it('is urgent by the share left, or by the minute when the start is unknown', () => {
    expect(toneOf(START + 100, START + 10, START)).toBe('calm')
    expect(toneOf(START + 100, START + 60, START)).toBe('soon')
    expect(toneOf(START + 100, START + 85, START)).toBe('urgent')
    expect(toneOf(START + 600_000, START)).toBe('urgent')
    expect(toneOf(START, START)).toBe('over')
  })
})
