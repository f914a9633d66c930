/** What may be asked for an order, as `/api/cases/opening` says. */
import type { Schema } from '@/parts/form/schema'

export interface OpeningLine {
  id: number
  title: string
  sku: string
  /** Pieces that no case has taken yet. */
  qty: number
  bought: number
  price_fen: number
  paid_fen: number
  max_fen: number
}
export interface OpeningReason {
  value: string
  label: string
  photos_needed: boolean
  in_time: boolean
  problem: string | null
  freight: string
}
export interface Opening {
  order: { id: number; order_no: string; status: string }
  shipped: boolean
  no_reason_until: string | null
  after_sale_until: string | null
  kinds: { kind: string; label: string; reasons: OpeningReason[]; form?: Schema; hint?: string }[]
  lines: OpeningLine[]
  max_fen: number
}

/** The most that comes back for the chosen pieces: whole when all that is left is chosen, else the share rounded down. */
export function mostOf(lines: readonly OpeningLine[], chosen: readonly { line: number; qty: number }[]): number {
  return chosen.reduce((sum, one) => {
    const line = lines.find((candidate) => candidate.id === one.line)
    if (!line || line.qty <= 0) return sum
    const qty = Math.min(one.qty, line.qty)
    const whole = line.max_fen * qty
    return sum + (whole - (whole % line.qty)) / line.qty
  }, 0)
}
