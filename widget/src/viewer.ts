// A picture in full over the page; the others of the talk are one arrow away, a tap makes it larger.
import { fill, h, icon } from './dom'
import { t } from './i18n'
import { trap } from './focus'

export function openViewer(root: ShadowRoot, urls: string[], start: number): void {
  const back = root.activeElement as HTMLElement | null
  let at = start
  const stage = h('div', { cls: 'stage' })
  const count = h('span', { cls: 'num' })
  const show = (to: number): void => {
    at = (to + urls.length) % urls.length
    const image = h('img', { src: urls[at], alt: t('picture') })
    image.addEventListener('click', () => image.classList.toggle('big'))
    fill(stage, image)
    fill(count, urls.length > 1 ? `${at + 1} / ${urls.length}` : '')
  }
  const close = (): void => {
    view.remove()
    back?.focus()
  }
  const button = (name: string, label: 'close' | 'before' | 'after', go: () => void): HTMLElement =>
    h('button', { cls: `vb ${label}`, 'aria-label': t(label), title: t(label), onclick: go }, icon(name, 24))
  const many = urls.length > 1
  const view = h(
    'div',
    { cls: 'view', role: 'dialog', 'aria-modal': 'true', 'aria-label': t('picture'), 'data-testid': 'viewer' },
    stage,
    count,
    button('close', 'close', close),
    many && button('back', 'before', () => show(at - 1)),
    many && button('next', 'after', () => show(at + 1)),
  )
  view.addEventListener('click', (event) => (event.target === stage || event.target === view) && close())
  view.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close()
    else if (many && event.key === 'ArrowLeft') show(at - 1)
    else if (many && event.key === 'ArrowRight') show(at + 1)
    else return
    event.stopPropagation()
    event.preventDefault()
  })
  trap(view)
  show(at)
  root.querySelector('.x')?.append(view)
  view.querySelector<HTMLElement>('.vb')?.focus()
}
