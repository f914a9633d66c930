export default {
  nav: '九张流程图',
  text: '售后服务的九张流程图：退货、换货、补偿、快递超区、返修、错发货、评价、维权、订单跟踪。谁来做、怎么判断、限时多久，一图看清。',
  figure: '图 {no}',
  printOne: '打印这张',
  printAll: '打印全部九张',
  said: '资料怎么说',
  clocks: '时限（本店现行）',
  legend: '图例',
  shape: { start: '开始', step: '步骤', ask: '判断', end: '结束' },
  aside: '图上不画的状态：{states}（办理中随时可能发生）',
  rows: '对应要求：{rows}',
  table: '看完整流程表',
}
