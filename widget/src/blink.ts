// The tab's title tells of unread messages while she looks elsewhere, and is hers again when she is back.
import { t } from './i18n'

let timer = 0
let own = ''

export function blink(unread: number): void {
  const wanted = unread > 0 && document.visibilityState === 'hidden'
  if (wanted && !timer) {
    own = document.title
    let on = false
    timer = window.setInterval(() => {
      on = !on
      document.title = on ? `(${unread}) ${t('newMessage')}` : own
    }, 1200)
  } else if (!wanted && timer) {
    clearInterval(timer)
    timer = 0
    document.title = own
  }
}
