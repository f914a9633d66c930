export default {
  text: 'Within the limit it is granted at once, above it a superior decides; many small ones count together. Never tied to a review.',
  what: 'Reason',
  tab: { 0: 'To approve', 1: 'To hand in', 2: 'To give', 3: 'Given', 4: 'Not given', all: 'All' },
  asked: 'asked',
  none: 'No such compensation',
  noneText: 'Propose one from an order or case, or agree on one in a follow-up.',
  approve: 'Approve',
  approveMany: 'Approve {n}',
  approveSure: 'Approve {n} compensations as proposed? Those beyond your limit are named.',
  approved: '{n} approved',
}
