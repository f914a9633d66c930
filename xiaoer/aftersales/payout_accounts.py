"""收款账户: what the buyer types, how it is checked, how it is shown. Reads too; writing is in actions/payout_accounts."""

import re
from collections.abc import Iterable
from typing import Any

from pydantic import model_validator

from xiaoer.aftersales.forms import Form, _choice, _field
from xiaoer.aftersales.models import PayoutAccount
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.kernel.text import mask_name

KINDS = {PayoutAccount.ALIPAY: T("支付宝", "Alipay"), PayoutAccount.BANK: T("银行卡", "Bank card")}
_ALIPAY = re.compile(r"1\d{10}|[^@\s]+@[^@\s]+\.[^@\s]+")
_CARD = re.compile(r"\d{12,23}")


class TellAccount(Form):
    """Where her money shall go."""

    kind: str = _choice("收款方式", "Where to", KINDS)
    holder: str = _field("真实姓名", "Name of the holder", min_length=2, max_length=60)
    account: str = _field(
        "账号", "Account", min_length=4, max_length=60, help=T("支付宝账号或银行卡号", "Alipay or card")
    )
    bank: str = _field("开户行", "Bank", "", max_length=60, help=T("银行卡必填", "Needed for a card"))

    @model_validator(mode="after")
    def _fits(self) -> "TellAccount":
        self.account = re.sub(r"[\s-]", "", self.account) if self.kind == PayoutAccount.BANK else self.account.strip()
        fits = _CARD if self.kind == PayoutAccount.BANK else _ALIPAY
        if fits.fullmatch(self.account) is None:
            zh = "支付宝账号是手机号或邮箱，请核对" if fits is _ALIPAY else "银行卡号是 12 到 23 位数字，请核对"
            en = (
                "An Alipay account is a phone number or an address" if fits is _ALIPAY else "A card has 12 to 23 digits"
            )
            raise Invalid(fields={"account": T(zh, en)})
        if self.kind == PayoutAccount.BANK and not self.bank:
            raise Invalid(fields={"bank": T("请填写开户行，例如：招商银行杭州支行", "Name the bank")})
        return self


def mask_account(text: str) -> str:
    """The last four signs of a number; of an address its first letter and its domain."""
    name, at, domain = text.partition("@")
    return f"{name[:1]}***@{domain}" if at else "*" * max(len(text) - 4, 0) + text[-4:]


def masked(row: PayoutAccount | None, language: str) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "asked_at": iso(row.asked_at),
        "told_at": iso(row.told_at),
        "kind": row.kind,
        "kind_label": KINDS[row.kind].say(language) if row.kind else "",
        "holder": mask_name(row.holder),
        "account": mask_account(row.account),
        "bank": row.bank,
    }


def whole(row: PayoutAccount) -> dict[str, str]:
    return {"kind": row.kind, "holder": row.holder, "account": row.account, "bank": row.bank}


def of_orders(order_ids: Iterable[int]) -> dict[int, PayoutAccount]:
    return {row.order_id: row for row in PayoutAccount.objects.filter(order_id__in=set(order_ids))}
