/** Money is whole fen. Text is read digit by digit; floating point never touches an amount. */
export function yuan(fen: number, sign = true): string {
  const negative = fen < 0
  const digits = String(Math.abs(Math.trunc(fen))).padStart(3, '0')
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
  return `${negative ? '-' : ''}${sign ? '¥' : ''}${whole}.${digits.slice(-2)}`
}

/** What a person types for an amount in yuan: "12", "12.5", "￥1,234.56", full-width digits. Null when it is not one. */
export function parseYuan(text: string): number | null {
  const plain = text
    .normalize('NFKC')
    .replace(/[\s,¥元]/g, '')
    .replace(/。/g, '.')
  const found = /^(-?)(\d{1,10})(?:\.(\d{0,2}))?$/.exec(plain)
  if (!found) return null
  const fen = Number(found[2]) * 100 + Number((found[3] ?? '').padEnd(2, '0'))
  return found[1] && fen !== 0 ? -fen : fen
}
