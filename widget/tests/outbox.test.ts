// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Api, Refused } from '../src/api'
import { sizeText, thumb } from '../src/attach'
import { kindOf, Outbox, type Draft } from '../src/outbox'
import { queueText } from '../src/queue'
import { Store } from '../src/store'
import { speak } from '../src/i18n'

const draft = (id: string, at = new Date().toISOString()): Draft => ({
  client_id: id,
  kind: 'text',
  text: `说 ${id}`,
  attachments: [],
  at,
})
const place = { waiting: true, ahead: 3, more: false, expected_seconds: 120, open: true, peak: false }

beforeEach(() => {
  localStorage.clear()
  speak('zh')
})

describe('the outbox', () => {
  it('keeps what was not sent, in order, each once, over a reload', () => {
    const box = new Outbox(localStorage, 'k')
    for (const id of ['a', 'b', 'a']) box.keep(draft(id))
    expect(new Outbox(localStorage, 'k').all().map((one) => one.client_id)).toEqual(['b', 'a'])
    box.drop('b')
    box.drop('a')
    expect(localStorage.getItem('k')).toBeNull()
  })

  it('forgets what is older than a day, and survives nonsense', () => {
    const box = new Outbox(localStorage, 'k', () => Date.parse('2026-11-12T12:00:00Z'))
    box.keep(draft('old', '2026-11-10T12:00:00Z'))
    box.keep(draft('new', '2026-11-12T11:00:00Z'))
    expect(box.all().map((one) => one.client_id)).toEqual(['new'])
    localStorage.setItem('k', '{broken')
    expect(box.all()).toEqual([])
  })

  it('names the kind of a message by what it carries', () => {
    expect(kindOf('好', [{ mime: 'application/pdf' }])).toBe('text')
    expect(kindOf('', [{ mime: 'image/png' }, { mime: 'image/jpeg' }])).toBe('image')
    expect(kindOf('', [{ mime: 'image/png' }, { mime: 'application/pdf' }])).toBe('file')
  })
})

describe('sending', () => {
  function made(): { store: Store; api: Api } {
    const api = new Api('http://desk.example', 'shop')
    const store = new Store(api)
    store.conversation = 7
    return { store, api }
  }

  it('sends again with the same id when the line is back, once', async () => {
    const { store, api } = made()
    vi.useFakeTimers()
    const said: string[] = []
    let dead = true
    api.say = (body) => {
      said.push(String(body['client_id']))
      return dead ? Promise.reject(new TypeError('network')) : Promise.resolve({ message: { id: 9, seq: 4, at: '' } })
    }
    await store.sender.send('在吗')
    expect(store.messages[0]?.pending).toBe(true)
    dead = false
    await store.sender.flush()
    vi.useRealTimers()
    expect(said[0]).toBe(said[1])
    expect(store.messages).toHaveLength(1)
    expect(store.messages[0]).toMatchObject({ id: 9, seq: 4, text: '在吗' })
    expect(localStorage.getItem('xiaoer.shop.outbox')).toBeNull()
  })

  it('says why a message was refused, and does not send it for ever', async () => {
    const { store, api } = made()
    let asked = 0
    api.say = () => {
      asked++
      return Promise.reject(new Refused('消息不能为空', 422, 'invalid', {}))
    }
    await store.sender.send('x')
    await store.sender.flush()
    expect(asked).toBe(1)
    expect(store.messages[0]?.failed).toBe('消息不能为空')
  })

  it('keeps the order: the second waits for the first', async () => {
    const { store, api } = made()
    const written: string[] = []
    let first = true
    api.say = (body) => {
      if (first) {
        first = false
        return Promise.reject(new TypeError('network'))
      }
      written.push(String(body['text']))
      return Promise.resolve({ message: { id: written.length, seq: written.length, at: '' } })
    }
    await store.sender.send('一')
    await store.sender.send('二')
    expect(written).toEqual(['一', '二'])
  })
})

describe('words', () => {
  it('tells the place in the queue in both languages', () => {
    expect(queueText(place)).toBe('前面还有 3 位，预计约 2 分钟')
    expect(queueText({ ...place, ahead: 99, more: true, expected_seconds: null })).toBe('前面还有 99+ 位')
    expect(queueText({ ...place, waiting: false })).toBe('')
    speak('en')
    expect(queueText(place)).toBe('3 before you, about 2 min')
  })

  it('asks for the small picture', () => {
    expect(thumb('/uploads/3?t=ab')).toBe('/uploads/3?t=ab&size=thumb')
    expect(thumb('/uploads/3')).toBe('/uploads/3?size=thumb')
    expect(thumb('blob:x')).toBe('blob:x')
    expect([sizeText(900), sizeText(20_480), sizeText(3_355_443)]).toEqual(['900 B', '20 KB', '3.2 MB'])
  })
})
