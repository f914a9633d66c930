// The demo shop's buttons open the chat bubble. The page works without this file; the bubble is always there.
document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest('[data-chat]') : null
  if (button) document.dispatchEvent(new CustomEvent('xiaoer:open'))
})
