export default {
  text: 'Registers are views of the cases and keep themselves up to date; what wants a signature is signed here, and stays signed.',
  export: 'Export Excel',
  print: 'Print',
  since: 'From',
  until: 'Until',
  find: 'Case, order, buyer',
  sign: 'Sign',
  signSure: 'Sign “{place}” with your name and the present time? A signature is never taken away.',
  signed: 'Signed',
  none: 'Nothing in this time',
  noneText: 'Try other days or another shop.',
}
