export default {
  says: '{n} 位买家等待超过 {s} 秒',
  body: '等得最久的是{name}，点此接待',
  stale: '静默待收尾',
  staleWhy: '久无动静且无人在等，请收尾：解决、邀评、小结、结束；不结束会拉低旺旺响应度（R068）',
}
