/** A soft double tone when a call is given to her; silent when she switched the workbench's sound off. */
let audio: AudioContext | undefined

export function ring(): void {
  if ((localStorage.getItem('xiaoer.sound') ?? 'true') !== 'true') return
  try {
    audio ??= new AudioContext()
    if (audio.state === 'suspended') return void audio.resume().catch(() => undefined)
    for (const start of [0, 0.45]) {
      const wave = audio.createOscillator()
      const gain = audio.createGain()
      const from = audio.currentTime + start
      wave.frequency.value = 450
      gain.gain.setValueAtTime(0.0001, from)
      gain.gain.exponentialRampToValueAtTime(0.08, from + 0.03)
      gain.gain.exponentialRampToValueAtTime(0.0001, from + 0.38)
      wave.connect(gain).connect(audio.destination)
      wave.start(from)
      wave.stop(from + 0.4)
    }
  } catch {
    // without sound the card still shows
  }
}
