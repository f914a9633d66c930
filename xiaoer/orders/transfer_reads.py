"""Bank transfers (银行转账): on which shops they exist, to which account, and how an arrival compares with what is due."""

from datetime import datetime

from xiaoer.kernel.errors import Refusal
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import format_yuan
from xiaoer.people.queries import ShopFacts
from xiaoer.policy.queries import rules

PLATFORMS = ("taobao", "own")
"""C02: a Taobao shop (or the shop's own web shop) may; on Tmall and elsewhere off-platform payment is forbidden."""
UNSET = "未填写"


def transfers_on(shop: ShopFacts, at: datetime) -> bool:
    """The register exists for this shop: the platform lets it, and the shop switched it on."""
    if shop.platform not in PLATFORMS:
        return False
    switched = bool(shop.switches.get("bank_transfer"))
    return switched or bool(rules(["bank_transfer_allowed"], shop=shop, at=at)["bank_transfer_allowed"].value)


def why_not(shop: ShopFacts, at: datetime) -> T | None:
    """Why this shop has no register; None when it has one."""
    if shop.platform not in PLATFORMS:
        return T(
            f"「{shop.name}」所在平台禁止线下付款，不能登记银行转账；请引导买家在平台内付款（C02）",
            f"{shop.name}: off-platform payment is forbidden there; ask the buyer to pay on the platform (C02)",
        )
    if not transfers_on(shop, at):
        return T(
            f"「{shop.name}」没有开启银行转账；请店主在店铺设置里打开后再登记",
            f"{shop.name} has bank transfers switched off; the owner may switch them on in the shop's settings",
        )
    return None


def require_transfers(shop: ShopFacts, at: datetime) -> None:
    no = why_not(shop, at)
    if no is not None:
        raise Refusal("transfer_forbidden" if shop.platform not in PLATFORMS else "transfer_off", no.zh, no.en)


def account_of(shop: ShopFacts, at: datetime) -> str:
    """The account as the shop's setting says; "" when nobody filled it in. Nobody types it (R394)."""
    said = str(rules(["bank_transfer_account"], shop=shop, at=at)["bank_transfer_account"].value)
    return "" if said == UNSET else said


def compared(amount_fen: int, received_fen: int) -> T:
    """Exact, part or over, in words (多退少补)."""
    if not received_fen:
        return T("未到账", "Nothing yet")
    gap = received_fen - amount_fen
    if gap < 0:
        return T(f"部分到账，还差 {format_yuan(-gap)}", f"Part: {format_yuan(-gap)} is missing")
    if gap > 0:
        return T(f"多付 {format_yuan(gap)}，需退还买家", f"{format_yuan(gap)} too much, to be sent back")
    return T("金额一致", "Exact")
