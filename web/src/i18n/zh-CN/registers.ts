export default {
  text: '登记表是售后单的固定视图，随单据自动更新；需要签字的栏目在这里签，签后不能撤。',
  export: '导出 Excel',
  print: '打印',
  since: '开始日期',
  until: '结束日期',
  find: '单号、订单号、买家',
  sign: '签字',
  signSure: '以您的姓名和现在的时间在“{place}”签字，签后不能撤回。',
  signed: '已签字',
  none: '这段时间没有记录',
  noneText: '换一个日期范围或店铺看看。',
}
