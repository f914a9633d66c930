/** An amount in words, so that finance reads it twice: 壹佰贰拾叁元肆角伍分; one hundred twenty-three yuan 45 fen. Pure. */
const DIGITS = '零壹贰叁肆伍陆柒捌玖'
const PLACES = ['', '拾', '佰', '仟']
const GROUPS = ['', '万', '亿', '万亿']

function groupZh(value: number): string {
  let text = ''
  let zero = false
  for (let place = 3; place >= 0; place -= 1) {
    const unit = 10 ** place
    const digit = Math.trunc(value / unit) % 10
    if (digit === 0) {
      zero = text !== ''
      continue
    }
    text += (zero ? '零' : '') + DIGITS[digit] + PLACES[place]
    zero = false
  }
  return text
}

function wholeZh(value: number): string {
  let text = ''
  let rest = value
  const groups: number[] = []
  while (rest > 0) {
    groups.push(rest % 10_000)
    rest = Math.trunc(rest / 10_000)
  }
  for (let place = groups.length - 1; place >= 0; place -= 1) {
    const group = groups[place] ?? 0
    if (group === 0) continue
    const gap = text !== '' && (group < 1000 || groups[place + 1] === 0)
    text += (gap ? '零' : '') + groupZh(group) + GROUPS[place]
  }
  return text
}

export function wordsZh(fen: number): string {
  const whole = Math.trunc(fen / 100)
  const jiao = Math.trunc(fen / 10) % 10
  const cent = fen % 10
  const yuan = whole > 0 ? `${wholeZh(whole)}元` : ''
  if (jiao === 0 && cent === 0) return yuan ? `${yuan}整` : '零元整'
  const middle = jiao > 0 ? `${DIGITS[jiao]}角` : yuan ? '零' : ''
  return `${yuan}${middle}${cent > 0 ? `${DIGITS[cent]}分` : '整'}`
}

const ONES =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  )
const TENS = '  twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')

function wholeEn(value: number): string {
  if (value < 20) return ONES[value] ?? ''
  if (value < 100) return TENS[Math.trunc(value / 10)] + (value % 10 ? `-${ONES[value % 10]}` : '')
  for (const [size, name] of [
    [1_000_000_000, 'billion'],
    [1_000_000, 'million'],
    [1000, 'thousand'],
    [100, 'hundred'],
  ] as const) {
    if (value >= size) {
      const rest = value % size
      return `${wholeEn(Math.trunc(value / size))} ${name}${rest ? ` ${wholeEn(rest)}` : ''}`
    }
  }
  return ''
}

export function wordsEn(fen: number): string {
  const cents = fen % 100
  return `${wholeEn(Math.trunc(fen / 100))} yuan${cents ? ` ${String(cents).padStart(2, '0')} fen` : ' exactly'}`
}

export const amountWords = (fen: number, lang: string): string => (lang.startsWith('en') ? wordsEn(fen) : wordsZh(fen))
