export default {
  text: 'Routing, transfers and reports go by teams.',
  create: 'New team',
  none: 'No team yet',
  noneText: 'Make some: pre-sales, after-sales, the night shift.',
  name: 'Team name',
  kind: 'Kind',
  members: 'Members',
  kinds: {
    pre_sales: 'Pre-sales',
    after_sales: 'After-sales',
    night: 'Night shift',
    vendor: 'Vendor',
    warehouse: 'Warehouse',
    other: 'Other',
  },
}
