/** A text file of rows for Excel. */
export const csvFile = (text: string): Blob => new Blob([text], { type: 'text/csv' })

/** Hands a file that the API answered with to the browser's downloads. */
export function keep(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
