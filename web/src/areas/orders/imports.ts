/** Imports as the API shows them. */
import type { Tone } from '@/parts/StatusTag.vue'
import type { Mapping } from './mapping'

export interface OrderImport {
  id: number
  shop: number
  filename: string
  size: number
  encoding: string
  state: 'uploaded' | 'queued' | 'running' | 'done' | 'failed'
  stalled: boolean
  columns: string[]
  mapping: Mapping
  rows: number
  done: number
  percent: number
  created: number
  updated: number
  unchanged: number
  stale: number
  rejected: number
  problem: string
  by: string
  at: string
  started_at: string | null
  finished_at: string | null
}
export interface PreviewRow {
  row: number
  problems: string[]
  order: Record<string, unknown> | null
  /** What stands in the file, by field; private values masked. */
  cells?: Record<string, string>
}
export interface Preview extends OrderImport {
  preview: PreviewRow[]
  problems: string[]
  fields: string[]
  samples: Record<string, string[]>
}

const TONES: Record<OrderImport['state'], Tone> = {
  uploaded: 'waiting',
  queued: 'info',
  running: 'open',
  done: 'done',
  failed: 'danger',
}
export const importTone = (row: OrderImport): Tone => (row.stalled ? 'danger' : TONES[row.state])
export const isRunning = (row: OrderImport): boolean =>
  !row.stalled && (row.state === 'queued' || row.state === 'running')
export const isWaiting = (row: OrderImport): boolean =>
  row.state === 'uploaded' || row.state === 'failed' || row.stalled

export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(0)} KB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}

export const rejectsUrl = (id: number): string => `/api/orders/imports/${id}/rejects`
/** What the server takes; told before a long upload, not after it. */
export const ENDINGS = ['.csv', '.xlsx', '.txt']
export const goodEnding = (name: string): boolean => ENDINGS.some((end) => name.toLowerCase().endsWith(end))
