/** Two short tones for people who look at parcels, not at the screen: known, unknown. */
let audio: AudioContext | undefined

export function tone(good: boolean): void {
  try {
    audio ??= new AudioContext()
    const from = audio.currentTime
    const sound = audio.createOscillator()
    const volume = audio.createGain()
    sound.frequency.value = good ? 1180 : 240
    volume.gain.setValueAtTime(0.12, from)
    volume.gain.exponentialRampToValueAtTime(0.001, from + (good ? 0.12 : 0.4))
    sound.connect(volume).connect(audio.destination)
    sound.start(from)
    sound.stop(from + (good ? 0.13 : 0.42))
  } catch {
    // No sound on this machine: the screen says the same.
  }
  navigator.vibrate?.(good ? 40 : [80, 60, 80])
}
