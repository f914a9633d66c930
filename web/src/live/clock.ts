/** The shop's time: the server's clock, followed by an offset; one ticker drives every countdown on the screen. */
import { onScopeDispose, readonly, ref } from 'vue'

let offset = 0
let users = 0
let timer: ReturnType<typeof setTimeout> | undefined
const tick = ref(Date.now())

/** Take over the server's time; `sentAt` is when the request left, so that half the round trip is allowed for. */
export function syncClock(serverIso: string, sentAt: number, receivedAt = Date.now()): void {
  const server = Date.parse(serverIso)
  if (!Number.isFinite(server)) return
  offset = server - (sentAt + receivedAt) / 2
  tick.value = serverNow()
}

export function serverNow(): number {
  return Date.now() + offset
}

function beat(): void {
  tick.value = serverNow()
  timer = setTimeout(beat, 1000 - (serverNow() % 1000) + 5)
}

/** The ticking "now" in milliseconds. It runs only while something on the screen uses it. */
export function useNow() {
  users += 1
  if (users === 1) beat()
  onScopeDispose(() => {
    users -= 1
    if (users === 0) clearTimeout(timer)
  })
  return readonly(tick)
}
