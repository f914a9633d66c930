/** How calls look: the colour of a state, spans of seconds, the name of a caller. */
import { t } from '@/i18n'
import type { Tone } from '@/parts/StatusTag.vue'
import type { Call, Caller } from './types'

const TONES: Record<string, Tone> = {
  queued: 'waiting',
  ringing: 'waiting',
  talking: 'open',
  held: 'info',
  ended: 'plain',
  missed: 'danger',
  abandoned: 'danger',
  unreached: 'plain',
}
export const toneOfCall = (state: string): Tone => TONES[state] ?? 'plain'
export const LIVE: readonly string[] = ['queued', 'ringing', 'talking', 'held']
export const WAITING: readonly string[] = ['queued', 'ringing']

/** 4:09 for a span of seconds; a dash when it is not known. */
export function spanOf(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return '–'
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}
export function callerName(row: { customer: Caller | null; number: string }): string {
  return row.customer?.name ?? (row.number || t('voice.withheld'))
}
export const ago = (since: string, now: number): number => Math.max(0, (now - Date.parse(since)) / 1000)
export const isLive = (call: Call): boolean => LIVE.includes(call.state)
