/** A sound and a note on the machine's desktop when a buyer speaks; both only when she switched them on. */
import { ref } from 'vue'
import { t } from '@/i18n'
import { serverNow } from '@/live/clock'
import { shopName } from '@/live/session'
import type { JournalEvent } from '@/live/stream'
import { previewOf } from './desk'
import type { Message, Row } from './types'

const read = (key: string, fallback: boolean) => (localStorage.getItem(key) ?? String(fallback)) === 'true'
export const sound = ref(read('xiaoer.sound', true))
export const desktop = ref(read('xiaoer.desktop', false) && globalThis.Notification?.permission === 'granted')
export const canNotify = typeof Notification !== 'undefined'

export function setSound(on: boolean): void {
  sound.value = on
  localStorage.setItem('xiaoer.sound', String(on))
  if (on) ring()
}
export async function setDesktop(on: boolean): Promise<void> {
  desktop.value = on && canNotify && (await Notification.requestPermission()) === 'granted'
  localStorage.setItem('xiaoer.desktop', String(desktop.value))
}

let audio: AudioContext | undefined
let last = 0
/** The slow-reply alarm: three falling notes, unlike the bell of a message. */
export const ringAlarm = (): void => play([988, 784, 659], 0.15)
const ring = (): void => play([880, 1175], 0.11)
function play(tones: readonly number[], step: number): void {
  if (Date.now() - last < 1500) return
  last = Date.now()
  try {
    audio ??= new AudioContext()
    if (audio.state === 'suspended') return void audio.resume().catch(() => undefined)
    for (const [place, tone] of tones.entries()) {
      const wave = audio.createOscillator()
      const gain = audio.createGain()
      const from = audio.currentTime + place * step
      wave.frequency.value = tone
      gain.gain.setValueAtTime(0.0001, from)
      gain.gain.exponentialRampToValueAtTime(0.09, from + 0.015)
      gain.gain.exponentialRampToValueAtTime(0.0001, from + 0.22)
      wave.connect(gain).connect(audio.destination)
      wave.start(from)
      wave.stop(from + 0.24)
    }
  } catch {
    // a machine without sound still shows the badge
  }
}

interface Around {
  row: Row | undefined
  me: number
  opened: number | null
  mayTake(row: Row): boolean
}

/** Rings for a buyer's message in one's own conversation, for one handed over, and for a new one in the queue. */
export function bell(event: JournalEvent, around: Around): void {
  const { row, me } = around
  if (serverNow() - Date.parse(event.at) > 20_000) return // replayed after a break: the badges tell
  const message = event.payload.message as Message | undefined
  const spoke = event.kind === 'message.sent' && message?.author.kind === 'buyer' && row?.agent?.id === me
  const mine = /^conversation\.(assigned|transferred)$/.test(event.kind) && event.payload.agent === me
  const queued = event.kind === 'conversation.opened'
  if (!spoke && !mine && !queued) return
  const looking = !document.hidden && around.opened === row?.id
  if (sound.value && !looking) ring()
  if (!desktop.value || !document.hidden || !row) return
  const title = spoke ? row.customer.name : t(mine ? 'reception.bell.mine' : 'reception.bell.queue')
  const note = new Notification(title, {
    body: message ? previewOf(message) : shopName(row.shop),
    tag: `conversation-${row.id}`,
  })
  note.onclick = () => {
    window.focus()
    document.dispatchEvent(new CustomEvent('xiaoer:open', { detail: row.id }))
    note.close()
  }
}
