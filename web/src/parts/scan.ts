/** What a barcode gun sends, cleaned: spaces, control characters and full-width letters do not matter. */
export const cleanScan = (text: string): string =>
  [...text.normalize('NFKC')]
    .filter((one) => one > ' ' && one !== '\u007f')
    .join('')
    .toUpperCase()
