/** The goods a line-quantity field shows: what was bought and how many may still be chosen. */
export interface LineFacts {
  id: number
  title: string
  sku?: string
  qty: number
  price_fen?: number
}
