export default {
  add: 'New set of synonyms',
  edit: 'Change this set',
  text: 'A search for one of the words also finds what is written with the others. Works at once, nothing is indexed anew.',
  words: 'Type a word and press Enter, 2 to 12',
  question: 'How would a buyer ask? For example “{word}”',
  try: 'Try',
  keep: 'Save',
  before: 'Found now',
  after: 'Found with these',
  nothing: 'Nothing',
  new: 'new',
  change: 'Change',
  drop: 'Remove',
  sure: 'Remove this set of synonyms?',
  none: 'No synonyms of your own yet',
  noneText:
    'Common words are built in; write here what your shop calls things: nicknames of goods, names of campaigns.',
}
