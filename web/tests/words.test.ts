import { expect, it } from 'vitest'
import { words as en } from '@/i18n/en'
import { words as zh } from '@/i18n/zh-CN'

function keys(pack: unknown, before = ''): string[] {
  if (typeof pack !== 'object' || pack === null) return [before]
  return Object.entries(pack).flatMap(([key, value]) => keys(value, before ? `${before}.${key}` : key))
}
const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((one) => one[1]).sort()
const at = (pack: unknown, key: string) =>
  key.split('.').reduce<unknown>((now, part) => (now as Record<string, unknown>)[part], pack)

it('English is complete, and nothing in it is left over', () => {
  expect(keys(en).sort()).toEqual(keys(zh).sort())
})
it('both languages fill the same places', () => {
  for (const key of keys(zh)) expect([key, places(String(at(en, key)))]).toEqual([key, places(String(at(zh, key)))])
})
