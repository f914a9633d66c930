import { afterEach, expect, it, vi } from 'vitest'
import { api } from '@/api/client'

afterEach(() => vi.unstubAllGlobals())

it('an answer that breaks off is a broken line, not an empty answer', async () => {
  const half = new Response('{"items": [', { status: 200, headers: { 'content-type': 'application/json' } })
  vi.stubGlobal('fetch', () => Promise.resolve(half))
  await expect(api.get('/api/orders')).rejects.toMatchObject({ status: 0, code: 'offline' })
})

it('an error page of something on the way is told by its status', async () => {
  const page = new Response('<html>', { status: 502, headers: { 'content-type': 'application/json' } })
  vi.stubGlobal('fetch', () => Promise.resolve(page))
  await expect(api.get('/api/orders')).rejects.toMatchObject({ status: 502 })
})
