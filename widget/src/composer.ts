// Where she writes. IME-safe: Enter sends only when no word is being composed. Files by button, paste or drop.
import { sizeText, thumb } from './attach'
import { fill, h, icon } from './dom'
import { t } from './i18n'
import { MOST_FILES } from './sender'
import type { Store } from './store'

const ACCEPT = 'image/png,image/jpeg,image/webp,image/gif,.pdf,.docx,.xlsx,.txt,video/mp4,video/quicktime'

export function composer(store: Store): {
  node: HTMLElement
  take(files: Iterable<File>): void
  told(text: string): void
} {
  const input = h('textarea', {
    rows: 1,
    placeholder: t('type'),
    'aria-label': t('type'),
    maxlength: 2000,
    'data-testid': 'say',
  })
  const problem = h('div', { cls: 'err pad', role: 'alert', hidden: true })
  const tray = h('div', { cls: 'tray', hidden: true, 'data-testid': 'tray' })
  const file = h('input', { type: 'file', accept: ACCEPT, multiple: true, hidden: true, 'data-testid': 'picture' })
  let files: File[] = []

  const told = (text: string): void => {
    fill(problem, text)
    problem.hidden = !text
  }
  /** Pasted or dropped by accident is soon done: such files wait here until she sends them. */
  const take = (more: Iterable<File>): void => {
    const all = [...files, ...more]
    told(all.length > MOST_FILES ? t('tooMany') : '')
    files = all.slice(0, MOST_FILES)
    drawTray()
  }
  const drawTray = (): void => {
    tray.hidden = files.length === 0
    fill(tray, files.map(waiting))
  }
  const waiting = (one: File): HTMLElement => {
    const remove = (): void => {
      files = files.filter((other) => other !== one)
      drawTray()
    }
    const shown = one.type.startsWith('image/')
      ? h('img', { src: thumb(URL.createObjectURL(one)), alt: one.name })
      : h('span', { cls: 'fn', title: sizeText(one.size) }, one.name)
    return h('div', { cls: 'w' }, shown, h('button', { 'aria-label': t('drop'), onclick: remove }, icon('close', 14)))
  }
  const send = (): void => {
    const text = input.value.trim()
    if (!text && files.length === 0) return
    input.value = ''
    input.style.height = ''
    told('')
    const going = files
    files = []
    drawTray()
    void (going.length ? store.sender.sendFiles(going, told, text) : store.sender.send(text))
  }
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return
    event.preventDefault()
    send()
  })
  input.addEventListener('paste', (event) => {
    if (!event.clipboardData?.files.length) return
    event.preventDefault()
    take(event.clipboardData.files)
  })
  let last = 0
  input.addEventListener('input', () => {
    input.style.height = ''
    input.style.height = `${input.scrollHeight}px`
    if (store.conversation !== null && Date.now() - last > 2500) {
      last = Date.now()
      store.api.typing(store.conversation).catch(() => undefined)
    }
  })
  file.addEventListener('change', () => {
    told('')
    const chosen = Array.from(file.files ?? [])
    file.value = ''
    void store.sender.sendFiles(chosen, told)
  })
  const button = (name: string, label: 'attach' | 'send', cls: string, go: () => void): HTMLElement =>
    h('button', { cls, title: t(label), 'aria-label': t(label), onclick: go, 'data-testid': `do-${label}` }, icon(name))
  const foot = h(
    'div',
    { cls: 'foot' },
    button('clip', 'attach', 'ic', () => file.click()),
    file,
    input,
    button('send', 'send', 'ic go', send),
  )
  return { node: h('div', {}, problem, tray, foot), take, told }
}
