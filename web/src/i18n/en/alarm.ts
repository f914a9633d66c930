export default {
  says: '{n} buyers have waited over {s} s',
  body: '{name} has waited longest; press to answer',
  stale: 'To finish',
  staleWhy: 'Silent, and nobody waits: solve, invite a rating, summarise, close; open ones lower responsiveness (R068)',
}
