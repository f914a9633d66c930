/** A rule in force, and the chapters under which the page shows them. */
export interface Alternative {
  id: string
  value: unknown
  value_text: string
  source: string
  trust: string
  note: string
  chosen: boolean
}
export interface Rule {
  key: string
  title: string
  value: unknown
  value_text: string
  unit: string
  choices: { value: string; label: string }[]
  source: string
  trust: string
  strength: 'hard' | 'warn' | 'advise'
  verified: boolean
  valid_from: string
  valid_to: string | null
  layer: string
  layer_title: string
  origin: string
  freedom: 'no' | 'stricter' | 'any'
  explain: string
  alternatives: Alternative[]
  override: { value: unknown; alternative: string; reason: string; since: string; by: string; applies: boolean } | null
}

/** In the order of the page; a rule goes to the first chapter whose pattern fits its key. */
export const CHAPTERS: readonly { name: string; fits: RegExp }[] = [
  { name: 'freight', fits: /^freight_|free_shipping_deduct|return_freight/ },
  {
    name: 'money',
    fits: /price_difference|refund_destination|compensation_|fake_claim|fraud_|unsafe_food|coupon_refund/,
  },
  {
    name: 'aftersales',
    fits: /return|refund|exchange|after_sale|no_reason|quality_claim|damage_report|reship|courier_answers|platform_joins|refusal_message|batch_refund/,
  },
  { name: 'shipping', fits: /^ship_|late_ship|stuck_order|receipt_extension|order_auto|cod_/ },
  { name: 'reviews', fits: /review|dispute|complaint|order_watch/ },
  {
    name: 'reception',
    fits: /classify|weight_|vendor_|peak_|handover|offline_|cost_talk|greeting|reply|alarm|auto_|stale|chat_|routing|supervisor|message_|upload|quiet|contact|payment_reminder|channels|remote|voice/,
  },
  {
    name: 'orders',
    fits: /bank_transfer|price_change|agent_|same_account|instalment|coupons|card_fee|invoice|points|free_shipping|remark/,
  },
  {
    name: 'work',
    fits: /ticket|incident|customer_file|follow_up|activity|penalty|quality|commission|award|exam|perspective/,
  },
  { name: 'other', fits: /./ },
]

export function chapterOf(key: string): string {
  return CHAPTERS.find((chapter) => chapter.fits.test(key))?.name ?? 'other'
}
