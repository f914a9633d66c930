export default {
  nav: 'The nine charts',
  text: 'The nine charts of after-sales service: returns, exchanges, compensation, out of area, repairs, wrong shipments, reviews, disputes, order tracking. Who acts, what is decided, how long it may take.',
  figure: 'Chart {no}',
  printOne: 'Print this one',
  printAll: 'Print all nine',
  said: 'What the documents say',
  clocks: 'Time limits (in force here)',
  legend: 'Legend',
  shape: { start: 'Start', step: 'Step', ask: 'Decision', end: 'End' },
  aside: 'Not drawn: {states} (may happen at any stage)',
  rows: 'Requirements: {rows}',
  table: 'The whole flow table',
}
