/** A shop as the settings pages edit it. */
import type { Hours } from './hours'

export interface Shop {
  id: number
  slug: string
  name: string
  platform: string
  hours: Hours
  return_address: { name?: string; phone?: string; address?: string }
  switches: Record<string, boolean>
  hotline: string
  greeting: string
  active?: boolean
}
export const PLATFORMS = ['taobao', 'tmall', 'jd', 'pinduoduo', 'douyin', 'kuaishou', 'own'] as const

export function blankShop(): Shop {
  const day: [string, string][] = [
    ['09:00', '12:00'],
    ['13:30', '22:00'],
  ]
  return {
    id: 0,
    slug: '',
    name: '',
    platform: 'taobao',
    return_address: {},
    switches: {},
    hotline: '',
    greeting: '',
    hours: {
      zone: 'Asia/Shanghai',
      days: Object.fromEntries(
        ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((name) => [name, day.map((one) => [...one])]),
      ),
    },
  }
}
