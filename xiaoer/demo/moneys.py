"""Invoices in every state, four bank transfers and five COD orders of the demo, told through the areas' own actions."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from xiaoer.demo.orders import Maker
from xiaoer.demo.shops import who
from xiaoer.kernel.access import SYSTEM
from xiaoer.orders.actions import cod, invoice_red, invoices, record_refund, transfers
from xiaoer.orders.actions.taking_in import take_in
from xiaoer.orders.cod_forms import QUESTIONS, Confirm, NotReached, Refused
from xiaoer.orders.drafts import OrderDraft
from xiaoer.orders.invoice_forms import Ask, Issue, Reissue, Send
from xiaoer.orders.models import BankTransfer, CodConfirmation, Invoice, Order
from xiaoer.orders.transfer_forms import Receive, Register
from xiaoer.people.models import Shop, Staff
from xiaoer.policy.actions import set_override

Step = tuple[datetime, Callable[[datetime], object]]
STAR = ("company", "北京星河科技有限公司", "91110000600037341L")
SUN = ("company", "杭州向阳文化传播有限公司", "91330100MA2B0C4X50")
REMARKS = (
    ("糖炒栗子", "麻烦开发票，抬头：杭州第二中学，谢谢"),
    ("阿梨不吃梨", "发票抬头：北京星河科技有限公司 税号：911100006000373410"),
    ("今天也要早睡", "需要发票"),
)
ISSUED = (
    ("云深不知处", STAR, "post", "issued"),
    ("半糖去冰", ("personal", "林晓彤", ""), "with_goods", "sent"),
    ("海盐柠檬", ("personal", "个人", ""), "post", "delivered"),
    ("一颗小草莓", STAR, "post", "reissued"),
    ("晴川历历", ("personal", "陈书涵", ""), "email", "refunded"),
)


class Told:
    """The shops, the people and the maker of orders, at hand for every step."""

    def __init__(self, shops: dict[str, Shop], staff: dict[str, Staff], maker: Maker, now: datetime) -> None:
        self.tmall, self.taobao = shops["quanquan-tmall"], shops["quanquan-taobao"]
        self.maker, self.now = maker, now
        self.agent, self.after = who(staff["quanquan"]), who(staff["anan"])
        self.finance, self.supervisor = who(staff["finance"]), who(staff["supervisor"])
        self.owner = who(staff["owner"])
        self.steps: list[Step] = []

    def order(self, shop: Shop, nick: str, status: str, ago: timedelta, **changes: Any) -> str:
        """Take one order in at once; its number."""
        draft: OrderDraft = self.maker.order(status, nick=nick, paid_ago=ago)
        for name, value in changes.items():
            setattr(draft, name, value)
        take_in(shop.pk, [draft], source="demo", by=SYSTEM, at=self.now - ago)
        return draft.order_no

    def at(self, ago: timedelta, step: Callable[[datetime], object]) -> None:
        self.steps.append((self.now - ago, step))


def load(shops: dict[str, Shop], staff: dict[str, Staff], maker: Maker, now: datetime) -> list[Step]:
    told = Told(shops, staff, maker, now)
    _settings(told)
    _invoices(told)
    _transfers(told)
    _cods(told)
    return told.steps


def _settings(told: Told) -> None:
    """What the owner filled in: who issues, the account, COD in the Taobao shop."""
    at = told.now - timedelta(days=40)
    for shop, key, value in (
        (told.tmall, "invoice_issuer_title", "杭州圈圈服饰有限公司"),
        (told.taobao, "invoice_issuer_title", "杭州圈圈服饰有限公司"),
        (told.taobao, "bank_transfer_account", "杭州圈圈服饰有限公司 · 工商银行杭州余杭支行 · 账号见店铺合同"),
        (told.taobao, "cod_enabled", True),
        (told.taobao, "cod_service_fee", 1000),
    ):
        set_override(shop, key, value=value, reason="店铺实际情况", by=told.owner, at=at)


def _invoices(told: Told) -> None:
    numbers = []
    for place, (nick, remark) in enumerate(REMARKS):
        numbers.append(told.order(told.tmall, nick, "paid", timedelta(hours=5 + place), buyer_message=remark))
    told.at(timedelta(hours=4), lambda at: invoices.read_remarks(_ids(numbers), by=SYSTEM, at=at))
    for nick, title, ago in (
        ("小满胜万全", STAR, 30),
        ("月下独酌", SUN, 4),
        ("薄荷味的夏天", ("personal", "个人", ""), 2),
    ):
        no = told.order(told.tmall, nick, "paid", timedelta(hours=ago + 2))
        told.at(timedelta(hours=ago), partial(_ask, told, no, title, "post"))
    for place, (nick, title, delivery, state) in enumerate(ISSUED):
        days = 6 - place % 3
        no = told.order(told.tmall, nick, "shipped", timedelta(days=days + 1))
        _life(told, no, title, delivery, state, days, f"2631200000{place + 1:010d}")


def _life(told: Told, no: str, title: tuple[str, str, str], delivery: str, state: str, days: int, number: str) -> None:
    """Asked and issued some days ago, and what became of it."""
    told.at(timedelta(days=days), lambda at: _ask(told, no, title, delivery, at))
    told.at(timedelta(days=days, hours=-6), lambda at: _issue(told, no, number, at))
    if state in ("sent", "delivered", "reissued"):
        told.at(timedelta(days=days, hours=-20), lambda at: _send(told, no, delivery, at))
    if state == "delivered":
        told.at(timedelta(days=1), lambda at: invoices.deliver(_invoice(no), None, by=told.after, at=at))
    if state == "reissued":
        form = Reissue(kind=SUN[0], title=SUN[1], tax_no=SUN[2], delivery="post", why="wrong_title")
        told.at(timedelta(hours=9), lambda at: invoice_red.reissue(_invoice(no), form, by=told.after, at=at))
    if state == "refunded":
        told.at(timedelta(hours=7), lambda at: _refund(told, no, at))


def _ids(numbers: list[str]) -> list[int]:
    return list(Order.objects.filter(order_no__in=numbers).values_list("pk", flat=True))


def _order(no: str) -> Order:
    return Order.objects.get(order_no=no)


def _invoice(no: str) -> Invoice:
    rows = Invoice.objects.select_related("order", "shop", "reverses")
    return rows.get(order__order_no=no, sort="blue", current=True)


def _ask(told: Told, no: str, title: tuple[str, str, str], delivery: str, at: datetime) -> None:
    kind, name, tax_no = title
    email = "shuhan@example.com" if delivery == "email" else ""
    form = Ask(kind=kind, title=name, tax_no=tax_no, delivery=delivery, email=email)
    invoices.ask(_order(no).pk, form, source="agent", by=told.agent, at=at)


def _issue(told: Told, no: str, number: str, at: datetime) -> None:
    invoices.issue(_invoice(no), Issue(number=number), by=told.finance, at=at)


def _send(told: Told, no: str, delivery: str, at: datetime) -> None:
    posted = {"carrier": "顺丰速运", "waybill": f"SF{no[-12:]}"} if delivery == "post" else {}
    invoices.send(_invoice(no), Send(delivery=delivery, **posted), by=told.after, at=at)


def _refund(told: Told, no: str, at: datetime) -> None:
    order = _order(no)
    record_refund(order.pk, amount_fen=2000, by=told.finance, at=at)
    invoice_red.refunded(order.pk, at=at)


def _transfers(told: Told) -> None:
    for nick, payer, ago, arrived in (
        ("青山不改", "周伟", 2, None),
        ("雨落屋檐", "李桂芳", 9, 0),
        ("木棉花开", "赵敏", 20, -1000),
        ("天天向上2013", "钱大海", 26, 500),
    ):
        no = told.order(told.taobao, nick, "waiting_payment", timedelta(hours=ago + 1))
        told.at(timedelta(hours=ago), partial(_register, told, no, payer))
        if arrived is None:
            continue
        told.at(timedelta(hours=ago - 1), partial(_permit, told, no))
        if arrived:
            told.at(timedelta(hours=ago - 5), partial(_receive, told, no, arrived))


def _register(told: Told, no: str, payer: str, at: datetime) -> None:
    transfers.register(Register(order=_order(no).pk, payer=payer, bank="建设银行"), by=told.agent, at=at)


def _transfer(no: str) -> BankTransfer:
    return BankTransfer.objects.select_related("order", "shop").get(order__order_no=no, open=True)


def _permit(told: Told, no: str, at: datetime) -> None:
    transfers.permit(_transfer(no), None, by=told.supervisor, at=at)


def _receive(told: Told, no: str, gap: int, at: datetime) -> None:
    row = _transfer(no)
    form = Receive(amount_fen=row.amount_fen + gap, reference=f"CCB{no[-10:]}")
    transfers.receive(row, form, by=told.finance, at=at)


def _cods(told: Told) -> None:
    for nick, ago, what in (
        ("老街坊王姐", 2, "waiting"),
        ("麦田守望", 15, "waiting"),
        ("北海有墓碑", 1, "unreachable"),
        ("向日葵的午后", 20, "confirmed"),
        ("随缘就好", 22, "refused"),
    ):
        draft: OrderDraft = told.maker.order("paid", nick=nick, paid_ago=timedelta(hours=ago))
        draft.kind, draft.paid_fen, draft.paid_at, draft.flag, draft.seller_remark = "cod", 0, None, "", ""
        told.at(timedelta(hours=ago), partial(_taken_in, told, draft))
        told.at(timedelta(hours=ago) - timedelta(minutes=40), partial(_call, told, draft.order_no, what))


def _taken_in(told: Told, draft: OrderDraft, at: datetime) -> None:
    take_in(told.taobao.pk, [draft], source="demo", by=SYSTEM, at=at)
    cod.open_missing(told.taobao.pk, by=SYSTEM, at=at)


def _call(told: Told, no: str, what: str, at: datetime) -> None:
    row = CodConfirmation.objects.select_related("order", "shop").filter(order__order_no=no).latest("round")
    if what == "confirmed":
        yes = dict.fromkeys(QUESTIONS, True)
        cod.confirm(row, Confirm(channel="phone", note="下午五点后在家", **yes), by=told.agent, at=at)
    elif what == "unreachable":
        cod.not_reached(row, NotReached(channel="phone", result="no_answer"), by=told.agent, at=at)
    elif what == "refused":
        cod.refuse(row, Refused(channel="phone", reason="price", note="嫌服务费高"), by=told.agent, at=at)
