export default {
  text: 'The legal steps of every kind of work. Buttons, permissions and clocks all come from this table.',
  none: 'No flow yet',
  move: 'Step',
  from: 'From',
  to: 'To',
  by: 'Who may',
  clocks: 'Starts the clock',
}
