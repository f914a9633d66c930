// Runs before the first paint, so that a dark screen never flashes white (the server's CSP forbids inline scripts).
(function () {
  var theme = 'auto'
  try { theme = localStorage.getItem('xiaoer.theme') || 'auto' } catch (e) { /* storage off */ }
  var dark = theme === 'dark' || (theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.classList.toggle('dark', dark)
})()
