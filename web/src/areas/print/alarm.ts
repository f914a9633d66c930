/** The siren of the urgent lane: a sound and a vibration when an order must be stopped; can be switched off. */
import { ref } from 'vue'

const KEY = 'xiaoer.print.sound'
export const loud = ref((localStorage.getItem(KEY) ?? 'true') === 'true')

export function setLoud(on: boolean): void {
  loud.value = on
  localStorage.setItem(KEY, String(on))
  if (on) siren(false)
}

let audio: AudioContext | undefined
/** Two high-low pairs for a stop, one for corrected data. */
export function siren(stop: boolean): void {
  if (!loud.value) return
  navigator.vibrate?.(stop ? [200, 80, 200, 80, 200] : [120])
  try {
    audio ??= new AudioContext()
    if (audio.state === 'suspended') void audio.resume().catch(() => undefined)
    const notes = stop ? [1040, 700, 1040, 700] : [880, 700]
    for (const [place, note] of notes.entries()) {
      const from = audio.currentTime + place * 0.2
      const wave = audio.createOscillator()
      const gain = audio.createGain()
      wave.type = 'square'
      wave.frequency.value = note
      gain.gain.setValueAtTime(0.06, from)
      gain.gain.exponentialRampToValueAtTime(0.001, from + 0.19)
      wave.connect(gain).connect(audio.destination)
      wave.start(from)
      wave.stop(from + 0.2)
    }
  } catch {
    // a machine without sound still shows the lane
  }
}
