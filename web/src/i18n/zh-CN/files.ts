export default {
  attach: '图片或文件',
  look: '查看大图',
  uploading: '正在上传',
  fromTalk: '从会话里选',
  hidden: {
    zeroWidth: '隐藏字符：零宽字符',
    direction: '隐藏字符：改变文字方向',
    control: '隐藏字符：控制符',
    space: '隐藏字符：特殊空白',
    tag: '隐藏字符：标签字符',
  },
  link: {
    title: '打开买家发来的链接？',
    why: '链接来自买家，不是平台或店铺的网页。打开前请核对网址：',
    odd: '网址有异常（数字地址、外文字母或端口），请格外小心，不要登录或输入任何密码。',
    open: '在新窗口打开',
  },
}
