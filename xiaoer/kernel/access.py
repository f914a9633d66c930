"""Who may do what. Permissions are verbs; roles are sets of them; a viewer holds roles per shop (R002)."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from xiaoer.kernel.errors import Forbidden, NotFound, Unauthenticated
from xiaoer.kernel.i18n import T

if TYPE_CHECKING:
    from django.http import HttpRequest


class Perm(StrEnum):
    """One thing a person may do in a shop."""

    SHOP_EDIT = "shop.edit"
    STAFF_EDIT = "staff.edit"
    TOKEN_EDIT = "token.edit"
    POLICY_EDIT = "policy.edit"
    JOURNAL_VIEW = "journal.view"
    ORDERS_VIEW = "orders.view"
    ORDERS_IMPORT = "orders.import"
    ORDERS_REMARK = "orders.remark"
    ORDERS_UNMASK = "orders.unmask"
    CUSTOMERS_EDIT = "customers.edit"
    GOODS_EDIT = "goods.edit"
    STOCK_EDIT = "stock.edit"
    CHAT = "chat"
    CHAT_ALL = "chat.all"
    CHAT_ASSIGN = "chat.assign"
    SCRIPTS_EDIT = "scripts.edit"
    KNOWLEDGE_WRITE = "knowledge.write"
    GUARD_VIEW = "guard.view"
    GUARD_EDIT = "guard.edit"
    AFTERSALES_VIEW = "aftersales.view"
    AFTERSALES_OPEN = "aftersales.open"
    AFTERSALES_DECIDE = "aftersales.decide"
    REPAIRS_APPROVE = "repairs.approve"
    WAREHOUSE_RECEIVE = "warehouse.receive"
    WAREHOUSE_PRINT = "warehouse.print"
    PARCELS_TRACE = "parcels.trace"
    MONEY_REFUND = "money.refund"
    MONEY_APPROVE = "money.approve"
    INVOICES = "invoices"
    QUALITY = "quality"
    REVIEWS = "reviews"
    TRAINING = "training"
    DEADLINES_VIEW = "deadlines.view"
    VOICE_EVENTS = "voice.events"


class Role(StrEnum):
    """A post in the shop (岗位)."""

    OWNER = "owner"
    SUPERVISOR = "supervisor"
    PRE_SALES = "pre_sales"
    AFTER_SALES = "after_sales"
    CLERK = "clerk"
    WAREHOUSE = "warehouse"
    FINANCE = "finance"
    INSPECTOR = "inspector"
    REVIEW_CLERK = "review_clerk"
    TRAINER = "trainer"
    VENDOR_AGENT = "vendor_agent"


ROLE_NAMES: dict[Role, T] = {
    Role.OWNER: T("店主", "Owner"),
    Role.SUPERVISOR: T("客服主管", "Supervisor"),
    Role.PRE_SALES: T("售前客服", "Pre-sales agent"),
    Role.AFTER_SALES: T("售后客服", "After-sales agent"),
    Role.CLERK: T("打单员", "Printing clerk"),
    Role.WAREHOUSE: T("仓库", "Warehouse"),
    Role.FINANCE: T("财务", "Finance"),
    Role.INSPECTOR: T("质检员", "Inspector"),
    Role.REVIEW_CLERK: T("评价专员", "Review clerk"),
    Role.TRAINER: T("培训师", "Trainer"),
    Role.VENDOR_AGENT: T("外包客服", "Vendor agent"),
}

_AGENT = {
    Perm.CHAT,
    Perm.ORDERS_VIEW,
    Perm.ORDERS_REMARK,
    Perm.AFTERSALES_VIEW,
    Perm.AFTERSALES_OPEN,
    Perm.KNOWLEDGE_WRITE,
}
_SUPERVISOR = set(Perm) - {Perm.SHOP_EDIT, Perm.TOKEN_EDIT, Perm.MONEY_REFUND}

ROLE_PERMS: dict[Role, frozenset[Perm]] = {
    Role.OWNER: frozenset(Perm),
    Role.SUPERVISOR: frozenset(_SUPERVISOR),
    Role.PRE_SALES: frozenset(_AGENT | {Perm.CUSTOMERS_EDIT, Perm.ORDERS_UNMASK}),
    Role.AFTER_SALES: frozenset(
        _AGENT | {Perm.CUSTOMERS_EDIT, Perm.ORDERS_UNMASK, Perm.AFTERSALES_DECIDE, Perm.DEADLINES_VIEW, Perm.INVOICES}
    ),
    Role.CLERK: frozenset(
        {
            Perm.ORDERS_VIEW,
            Perm.ORDERS_IMPORT,
            Perm.ORDERS_REMARK,
            Perm.ORDERS_UNMASK,
            Perm.WAREHOUSE_PRINT,
            Perm.PARCELS_TRACE,
            Perm.AFTERSALES_VIEW,
        }
    ),
    Role.WAREHOUSE: frozenset(
        {
            Perm.ORDERS_VIEW,
            Perm.AFTERSALES_VIEW,
            Perm.WAREHOUSE_RECEIVE,
            Perm.WAREHOUSE_PRINT,
            Perm.PARCELS_TRACE,
            Perm.STOCK_EDIT,
        }
    ),
    Role.FINANCE: frozenset(
        {Perm.ORDERS_VIEW, Perm.AFTERSALES_VIEW, Perm.MONEY_REFUND, Perm.INVOICES, Perm.DEADLINES_VIEW}
    ),
    Role.INSPECTOR: frozenset(
        {
            Perm.CHAT_ALL,
            Perm.ORDERS_VIEW,
            Perm.AFTERSALES_VIEW,
            Perm.QUALITY,
            Perm.KNOWLEDGE_WRITE,
            Perm.GUARD_VIEW,
            Perm.GUARD_EDIT,
            Perm.JOURNAL_VIEW,
        }
    ),
    Role.REVIEW_CLERK: frozenset({Perm.ORDERS_VIEW, Perm.AFTERSALES_VIEW, Perm.REVIEWS, Perm.CHAT}),
    Role.TRAINER: frozenset({Perm.TRAINING, Perm.SCRIPTS_EDIT, Perm.KNOWLEDGE_WRITE, Perm.GUARD_VIEW, Perm.GUARD_EDIT}),
    Role.VENDOR_AGENT: frozenset({Perm.CHAT, Perm.ORDERS_VIEW, Perm.AFTERSALES_VIEW, Perm.AFTERSALES_OPEN}),
}


WIDE: dict[str, frozenset[Perm]] = {Perm.CHAT: frozenset({Perm.CHAT_ALL, Perm.CHAT_ASSIGN})}
"""Permissions that show every line of a kind, also those addressed to a colleague: who sees all chats, sees chats."""


def holds(perms: frozenset[Perm], perm: str) -> bool:
    """Whether these permissions show journal lines that ask for `perm`, if they are addressed to nobody else."""
    return not perm or perm in perms or holds_wide(perms, perm)


def holds_wide(perms: frozenset[Perm], perm: str) -> bool:
    """Whether these permissions show all lines that ask for `perm`, whomever they are addressed to."""
    return perm in WIDE and not perms.isdisjoint(WIDE[perm])


def among(audience: str, names: list[str]) -> bool:
    """Whether one of `names` is in an audience: "staff:4" alone, or several as ",staff:4,staff:9,"."""
    if audience[:1] == ",":
        return any(f",{name}," in audience for name in names)
    return audience in names


@dataclass(frozen=True, slots=True)
class Who:
    """The actor of an action: staff, buyer, API token, the clock, the system, a platform or a courier."""

    kind: str
    id: int | None = None
    name: str = ""

    def __str__(self) -> str:
        return self.kind if self.id is None else f"{self.kind}:{self.id}"


SYSTEM = Who("system", None, "系统")
CLOCK = Who("clock", None, "时钟")


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking, and which shops with which permissions. Every list query takes one (law 9)."""

    who: Who
    shops: dict[int, frozenset[Perm]] = field(default_factory=dict)
    language: str = "zh"
    team_ids: frozenset[int] = frozenset()
    customer_id: int | None = None

    @property
    def kind(self) -> str:
        return self.who.kind

    @property
    def id(self) -> int | None:
        return self.who.id

    @property
    def shop_ids(self) -> list[int]:
        return list(self.shops)

    def shops_with(self, perm: Perm) -> list[int]:
        """The shops in which the viewer holds `perm`."""
        return [shop for shop, perms in self.shops.items() if perm in perms]

    def may(self, perm: Perm | str, shop_id: int | None) -> bool:
        return shop_id is not None and perm in self.shops.get(shop_id, frozenset())

    def reads(self, shop_id: int, perm: str, audience: str | None) -> bool:
        """Whether a journal line of a shop is for this viewer: she holds its permission and is among its audience.

        A token is a machine with scopes, not a colleague: lines without a permission need JOURNAL_VIEW, and of talks
        it reads all or none.
        """
        perms = self.shops.get(shop_id)
        if perms is None:
            return False
        if self.who.kind == "token" and (not perm or perm in WIDE):
            return holds_wide(perms, perm) if perm else Perm.JOURNAL_VIEW in perms
        if not holds(perms, perm):
            return False
        return audience is None or holds_wide(perms, perm) or among(audience, self.names())

    def names(self) -> list[str]:
        """What an audience may call this viewer: herself and her teams."""
        return [str(self.who), *(f"team:{team}" for team in self.team_ids)]

    def require(self, perm: Perm, shop_id: int | None) -> None:
        """Refuse unless the viewer holds `perm` in the shop: 404 for a shop she cannot see at all, else 403."""
        if shop_id is None or shop_id not in self.shops:
            raise NotFound()
        if perm not in self.shops[shop_id]:
            raise Forbidden(f"您的岗位没有「{perm}」权限，请联系店主开通", f"Your role lacks the permission {perm}")


def viewer_of(request: "HttpRequest") -> Viewer:
    """The viewer that the API's authentication put on the request."""
    viewer: Any = getattr(request, "auth", None)
    if not isinstance(viewer, Viewer):
        raise Unauthenticated()
    return viewer
