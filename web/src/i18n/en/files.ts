export default {
  attach: 'Pictures or files',
  look: 'View picture',
  uploading: 'Uploading',
  fromTalk: 'From the conversation',
  hidden: {
    zeroWidth: 'Hidden sign: zero width',
    direction: 'Hidden sign: turns the direction of the text',
    control: 'Hidden sign: control character',
    space: 'Hidden sign: odd space',
    tag: 'Hidden sign: tag character',
  },
  link: {
    title: 'Open the link that the buyer sent?',
    why: 'It comes from the buyer, not from the platform or the shop. Look where it leads:',
    odd: 'The address is odd (a bare number, foreign letters or a port). Be careful: do not sign in or type a password.',
    open: 'Open in a new window',
  },
}
