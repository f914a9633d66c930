// What hangs on a message: thumbnails that open in full, short films, and files as chips to download.
import { h, icon } from './dom'
import { t } from './i18n'
import type { Api } from './api'
import type { Upload } from './types'

export const isPicture = (one: Upload): boolean => (one.mime ?? 'image/').startsWith('image/')

export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  return bytes < 1048576 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`
}

export function thumb(url: string): string {
  return url.startsWith('blob:') ? url : `${url}${url.includes('?') ? '&' : '?'}size=thumb`
}

/** Room is kept for a picture before it comes, so that nothing jumps. */
function measure(one: Upload, many: boolean): string {
  if (many || !one.width || !one.height) return ''
  const scale = Math.min(1, 200 / one.width, 220 / one.height)
  return `width:${Math.round(one.width * scale)}px;aspect-ratio:${one.width}/${one.height}`
}

export function attachments(
  api: Api,
  all: Upload[],
  look: (url: string) => void,
  stale: () => void,
): HTMLElement | null {
  if (all.length === 0) return null
  const pictures = all.filter(isPicture)
  const picture = (one: Upload): HTMLElement => {
    const url = api.absolute(one.url)
    const image = h('img', { src: thumb(url), alt: t('picture'), style: measure(one, pictures.length > 1) })
    image.addEventListener('error', stale, { once: true })
    const bar = one.progress !== undefined && h('progress', { max: 1, value: one.progress, 'aria-label': t('sending') })
    return h('button', { cls: 'pic', 'aria-label': t('look'), onclick: () => look(url) }, image, bar)
  }
  const rest = all.filter((one) => !isPicture(one)).map((one) => (film(one) ? player(api, one) : chip(api, one)))
  const grid =
    pictures.length > 0 && h('div', { cls: pictures.length > 1 ? 'pics many' : 'pics' }, pictures.map(picture))
  return h('div', { cls: 'att' }, grid, rest)
}

const film = (one: Upload): boolean => (one.mime ?? '').startsWith('video/') && one.progress === undefined

function player(api: Api, one: Upload): HTMLElement {
  return h('video', { src: api.absolute(one.url), controls: true, preload: 'metadata', 'aria-label': one.name ?? '' })
}

function chip(api: Api, one: Upload): HTMLElement {
  const ending = (one.name ?? '').split('.').pop()?.slice(0, 4).toUpperCase() ?? ''
  const inner = [
    h('i', { cls: 'ext', 'aria-hidden': 'true' }, ending || icon('clip')),
    h('span', { cls: 'g' }, h('span', { cls: 'fn' }, one.name), h('small', {}, sizeText(one.size ?? 0))),
  ]
  if (one.progress !== undefined)
    return h('div', { cls: 'chip', 'data-testid': 'file-chip' }, inner, h('progress', { max: 1, value: one.progress }))
  const props = { cls: 'chip', href: api.absolute(one.url), download: one.name, target: '_blank', rel: 'noopener' }
  return h('a', { ...props, 'data-testid': 'file-chip' }, inner)
}
