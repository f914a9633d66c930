import { describe, expect, it } from 'vitest'
import { faultOf, minutesOf, nextWindow, tidy, weekMinutes } from '@/areas/settings/hours'

describe('opening hours', () => {
  it('reads times of day, 24:00 as the end', () => {
    expect(['09:00', '9:05', '24:00', '24:01', '12:60', 'x'].map(minutesOf)).toEqual([540, 545, 1440, null, null, null])
  })
  it('finds what is wrong with a day', () => {
    expect(
      faultOf([
        ['09:00', '12:00'],
        ['12:00', '24:00'],
      ]),
    ).toBeNull()
    expect(
      faultOf([
        ['13:00', '18:00'],
        ['09:00', '13:30'],
      ]),
    ).toBe('overlap')
    expect(faultOf([['18:00', '09:00']])).toBe('order')
    expect(faultOf([['9', '18:00']])).toBe('time')
  })
  it('offers the longest gap, and nothing on a full day', () => {
    expect(nextWindow([])).toEqual(['09:00', '18:00'])
    expect(nextWindow([['09:00', '24:00']])).toEqual(['00:00', '09:00'])
    expect(
      nextWindow([
        ['00:00', '12:00'],
        ['13:00', '20:00'],
      ]),
    ).toEqual(['20:00', '24:00'])
    expect(nextWindow([['00:00', '24:00']])).toBeNull()
  })
  it('adds up the week and sends it sorted, every day named', () => {
    const hours = {
      days: {
        mon: [
          ['13:30', '22:00'],
          ['9:00', '12:00'],
        ] as [string, string][],
      },
    }
    expect(weekMinutes(hours)).toBe(690)
    expect(tidy(hours).days?.mon).toEqual([
      ['09:00', '12:00'],
      ['13:30', '22:00'],
    ])
    expect(tidy(hours).days?.sun).toEqual([])
  })
})
