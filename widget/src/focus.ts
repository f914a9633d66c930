// Tab goes round inside a dialog; the page behind is reached by closing it.
const CAN = 'button:not([disabled]),a[href],input:not([hidden]):not([type=file]),textarea,select,video[controls]'

export function trap(box: HTMLElement): void {
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Tab') return
    const all = [...box.querySelectorAll<HTMLElement>(CAN)].filter((one) => one.offsetParent !== null)
    const root = box.getRootNode() as ShadowRoot | Document
    const at = all.indexOf(root.activeElement as HTMLElement)
    const to = event.shiftKey ? (at <= 0 ? all.length - 1 : at - 1) : at === all.length - 1 ? 0 : at + 1
    all[to]?.focus()
    event.preventDefault()
    event.stopPropagation()
  })
}
