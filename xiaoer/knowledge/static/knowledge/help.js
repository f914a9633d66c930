// The pages work without this file. It opens the chat, and keeps what was read so that the agent need not ask again.
document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest('[data-chat]') : null
  if (button) document.dispatchEvent(new CustomEvent('xiaoer:open'))
})
const main = document.querySelector('[data-xiaoer-read]')
if (main) {
  let kept = []
  const now = JSON.parse(main.dataset.xiaoerRead)
  try {
    kept = JSON.parse(sessionStorage.getItem('xiaoer.read') || '[]')
  } catch {
    kept = []
  }
  const keys = new Set((now.read || []).map((one) => one.key))
  const read = [...(now.read || []), ...kept.filter((one) => !keys.has(one.key))].slice(0, 5)
  try {
    sessionStorage.setItem('xiaoer.read', JSON.stringify(read))
  } catch {
    // a browser that keeps nothing still hands over this page
  }
  main.dataset.xiaoerRead = JSON.stringify({ ...now, read })
}
const asked = document.querySelector('[data-asked]')
if (asked) {
  setTimeout(() => {
    const form = new URLSearchParams({ token: asked.dataset.asked })
    navigator.sendBeacon(asked.dataset.to, form)
  }, 1500)
}
