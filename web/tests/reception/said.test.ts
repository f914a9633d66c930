import { describe, expect, it } from 'vitest'
import { endingOf, kindOf, sizeText, thumbOf } from '@/areas/reception/talk/files'
import { hiddenName, oneLine, pieces } from '@/areas/reception/talk/said'

describe('what a buyer wrote', () => {
  it('leaves plain words, line breaks and emoji alone', () => {
    for (const text of ['亲，衣服收到了', '一行\n两行\t三', '一家人 👨‍👩‍👧 ❤️ 👍🏽', 'naïve café'])
      expect(pieces(text)).toEqual([{ type: 'text', text }])
  })

  it('marks zero-width signs, direction overrides, controls and tags', () => {
    expect(pieces('微\u200b信')).toEqual([
      { type: 'text', text: '微' },
      { type: 'hidden', code: 'U+200B', name: 'zeroWidth' },
      { type: 'text', text: '信' },
    ])
    const names = ['\u202e', '\u2066', '\u0007', '\u{e0041}', '\u3164', '\u2800'].map(hiddenName)
    expect(names).toEqual(['direction', 'direction', 'control', 'tag', 'zeroWidth', 'space'])
  })

  it('a joiner outside of an emoji is marked', () => {
    expect(pieces('a\u200db').map((one) => one.type)).toEqual(['text', 'hidden', 'text'])
  })

  it('finds links, names their host, and stops where Chinese goes on', () => {
    const found = pieces('看这个：https://item.taobao.com/item.htm?id=1，对吗')
    expect(found[1]).toEqual({
      type: 'link',
      text: 'https://item.taobao.com/item.htm?id=1',
      url: 'https://item.taobao.com/item.htm?id=1',
      host: 'item.taobao.com',
      odd: false,
    })
    expect(found[2]).toEqual({ type: 'text', text: '，对吗' })
  })

  it.each(['http://1.2.3.4/x', 'https://taobao.com@evil.example/', 'https://tаobao.com/', 'https://a.example:8443/'])(
    'warns of %s',
    (text) => expect(pieces(text)[0]).toMatchObject({ type: 'link', odd: true }),
  )

  it('makes no link of other schemes, nor of one with hidden signs', () => {
    expect(pieces('javascript:alert(1) data:text/html,x').every((one) => one.type === 'text')).toBe(true)
    expect(pieces('https://a.example/\u202efdp.exe').some((one) => one.type === 'link')).toBe(false)
  })

  it('never loses a sign: the pieces together are the text', () => {
    const text = 'a\u200bhttps://a.example/x\u202e b'
    const back = pieces(text)
      .map((one) => (one.type === 'hidden' ? String.fromCodePoint(parseInt(one.code.slice(2), 16)) : one.text))
      .join('')
    expect(back).toBe(text)
  })

  it('shows a line in a list with a mark', () => {
    expect(oneLine('付\u202e款')).toBe('付▯款')
  })
})

describe('files', () => {
  const one = (mime: string) => ({ id: 1, url: '', mime, width: null, height: null })
  it('names kinds, sizes and endings', () => {
    expect(kindOf([one('image/png')])).toBe('image')
    expect(kindOf([one('image/png'), one('application/pdf')])).toBe('file')
    expect([sizeText(80), sizeText(2048), sizeText(5_242_880)]).toEqual(['80 B', '2 KB', '5.0 MB'])
    expect([endingOf('a.docx'), endingOf('无'), thumbOf('/uploads/1'), thumbOf('blob:1')]).toEqual([
      'docx',
      '',
      '/uploads/1?size=thumb',
      'blob:1',
    ])
  })
})
