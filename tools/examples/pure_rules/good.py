# path: xiaoer/orders/rules.py
from xiaoer.kernel.i18n import T

NO = T("不行", "no")
