export default {
  text: '分配、转接和报表都按小组来。',
  create: '新建小组',
  none: '还没有小组',
  noneText: '建几个小组，例如售前组、售后组、夜班组。',
  name: '小组名称',
  kind: '类型',
  members: '成员',
  kinds: { pre_sales: '售前', after_sales: '售后', night: '夜班', vendor: '外包', warehouse: '仓库', other: '其他' },
}
