// Chinese first, English complete. One table, two columns.
const TEXTS = {
  open: ['联系客服', 'Chat with us'],
  close: ['收起', 'Close'],
  chat: ['聊天', 'Chat'],
  orders: ['我的订单', 'My orders'],
  cases: ['退款/售后', 'After-sales'],
  type: ['请输入您的问题…', 'Type your question…'],
  send: ['发送', 'Send'],
  picture: ['图片', 'Picture'],
  attach: ['发送图片或文件', 'Send pictures or files'],
  look: ['查看大图', 'View picture'],
  before: ['上一张', 'Previous'],
  after: ['下一张', 'Next'],
  drop: ['移除', 'Remove'],
  tooMany: ['一次最多 9 个', 'Nine at a time at most'],
  tooBig: ['单个文件不能超过 20 MB', 'A file may have 20 MB at most'],
  waitsLine: ['等待网络恢复后自动发出', 'Goes out when you are online again'],
  comma: ['，', ', '],
  queueFirst: ['您排在第一位，马上为您接入', 'You are next'],
  queueAhead: ['前面还有 {n} 位', '{n} before you'],
  queueWait: ['预计约 {m} 分钟', 'about {m} min'],
  queueClosed: ['现在是非工作时间，上班后按顺序回复您', 'We are closed now and answer in turn when we are back'],
  peak: ['咨询人数较多，这些事可以马上自助办理', 'We are busy: these you can do yourself right now'],
  quickOrder: ['查订单物流', 'Where is my order'],
  quickReturn: ['申请退换/退款', 'Return or refund'],
  quickCases: ['售后进度', 'Progress of my request'],
  quickHours: ['服务时间', 'Opening hours'],
  quickAsk: ['直接提问', 'Ask a question'],
  hotline: ['热线', 'Hotline'],
  newMessage: ['新消息', 'new message'],
  rateSend: ['提交评价', 'Send rating'],
  offlineTitle: ['给我们留言', 'Leave a message'],
  offlineText: ['您的问题', 'Your question'],
  offlineHow: ['怎样回复您', 'How shall we answer'],
  offlinePhone: ['电话', 'Phone'],
  offlineWhen: ['方便接听的时间', 'When to call'],
  offlineSend: ['提交留言', 'Send'],
  offlineThanks: ['已收到您的留言', 'We have your message'],
  offlineUntil: ['最晚回复时间', 'We answer by'],
  offlineChange: ['修改留言', 'Change it'],
  sending: ['发送中', 'Sending'],
  failed: ['没有发出，点此重发', 'Not sent: tap to retry'],
  typing: ['客服正在输入…', 'Agent is typing…'],
  offline: ['网络断开，正在重连…', 'Offline, reconnecting…'],
  online: ['在线为您服务', 'Here to help'],
  proveTitle: ['查询我的订单', 'Find my order'],
  proveWhy: [
    '为保护您的隐私，请先核对订单编号和收货手机号后四位。',
    'To protect your privacy, give the order number and the last four digits of the phone.',
  ],
  orderNo: ['订单编号', 'Order number'],
  phoneTail: ['手机号后四位', 'Last 4 digits of phone'],
  prove: ['核对并查看', 'Show my orders'],
  proveOther: ['查询其他订单', 'Find another order'],
  noOrders: ['还没有订单', 'No orders yet'],
  paid: ['实付', 'Paid'],
  apply: ['申请售后', 'After-sales'],
  applyRefund: ['仅退款', 'Refund only'],
  lines: ['商品和数量', 'Goods and quantity'],
  reason: ['原因', 'Reason'],
  amount: ['退款金额（元）', 'Refund amount (yuan)'],
  note: ['补充说明', 'Explanation'],
  photos: ['照片凭证', 'Photos'],
  addPhoto: ['添加照片', 'Add photos'],
  submit: ['提交申请', 'Submit'],
  cancel: ['返回', 'Back'],
  badAmount: ['请填写金额，例如 199.00', 'Type an amount such as 199.00'],
  noLine: ['请选择商品', 'Choose the goods'],
  priceNow: ['现价（元），不填由客服核价', 'Price now (yuan); empty: we check it'],
  accountAsked: ['请填写收款账户，退款', 'Where shall the money go?'],
  accountWhy: [
    '这笔退款无法原路退回。我们不会索要密码或验证码。',
    'It cannot go back as paid. We never ask for passwords or codes.',
  ],
  accountKind: ['收款方式', 'Where to'],
  alipay: ['支付宝', 'Alipay'],
  bankCard: ['银行卡', 'Bank card'],
  accountHolder: ['真实姓名', 'Name of the holder'],
  accountNo: ['账号', 'Account'],
  bankName: ['开户行', 'Bank'],
  accountTold: ['已收到，我们会尽快打款', 'Thank you, the payment is on its way soon'],
  couponsLeft: ['可用卡券', 'Coupons left'],
  couponCodes: ['查看券码', 'Show the codes'],
  noCases: ['还没有售后申请。可在「我的订单」里发起。', 'No requests yet. Start one under My orders.'],
  progress: ['进度', 'Progress'],
  confirm: ['确定', 'OK'],
  until: ['截止', 'until'],
  rate: ['请为本次服务打分', 'Please rate this conversation'],
  rated: ['感谢您的评价', 'Thank you for rating'],
  rateNote: ['想说的话（选填）', 'Anything to add (optional)'],
  today: ['今天', 'Today'],
  bot: ['小二', 'Xiaoer'],
  wrong: ['出错了，请稍后再试', 'Something went wrong, please try again'],
  loading: ['加载中…', 'Loading…'],
  returnTo: ['退货地址', 'Return address'],
  kind: ['申请类型', 'What you ask for'],
  nothingLeft: ['这张订单已没有可申请售后的商品', 'Nothing in this order is left to return'],
  photosNeeded: ['请上传照片凭证', 'Photos are needed'],
  noReasonUntil: ['七天无理由可退至', 'No-reason return until'],
  ask: ['咨询此订单', 'Ask about this order'],
} as const

export type Key = keyof typeof TEXTS
let column: 0 | 1 = 0

export function speak(language: string): void {
  column = language.toLowerCase().startsWith('en') ? 1 : 0
}

export function language(): 'zh' | 'en' {
  return column === 1 ? 'en' : 'zh'
}

export function t(key: Key): string {
  return TEXTS[key][column]
}

/** The shop's day is Beijing's day, wherever the buyer's clock stands: what the desk reads, she reads. */
const ZONE = 'Asia/Shanghai'

export function time(iso: string): string {
  const locale = language() === 'en' ? 'en-GB' : 'zh-CN'
  const at = new Date(iso)
  const clock = at.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit', timeZone: ZONE })
  const day = (one: Date): string =>
    one.toLocaleDateString(locale, { month: 'numeric', day: 'numeric', timeZone: ZONE })
  return day(at) === day(new Date()) ? clock : `${day(at)} ${clock}`
}

/** A label that comes in both languages, or in one. */
export function both(value: unknown): string {
  if (typeof value === 'string') return value
  const pair = value as { zh?: string; en?: string } | null | undefined
  return pair?.[language()] ?? ''
}
