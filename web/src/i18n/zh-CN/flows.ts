export default {
  text: '每种业务从开始到结束的合法步骤。按钮、权限和时限都出自这张表。',
  none: '还没有流程',
  move: '步骤',
  from: '从',
  to: '到',
  by: '谁可以做',
  clocks: '开始计时',
}
