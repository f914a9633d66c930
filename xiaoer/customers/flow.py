"""What is legal around a special mark (特殊客户标记): proposed, confirmed by a second person, appealed, ended. Pure."""

from pydantic import BaseModel, Field

from xiaoer.kernel.access import Perm
from xiaoer.kernel.flow import Flow, Move, Starts, State

STAFF = frozenset({"staff"})
CLOCK = frozenset({"clock"})


class Why(BaseModel):
    """The reason of a step; it stays in the record."""

    note: str = Field(min_length=4, max_length=300, json_schema_extra={"zh": "理由", "en": "Reason"})


CONFIRM = Starts("special_confirm", "special_customer_confirm_within", "等待确认", "To be confirmed", "agent", (0.5,))
UNTIL = Starts("special_until", "special_customer_until", "有效期", "Valid until", "nobody", ())
ANSWER = Starts("special_appeal", "special_customer_appeal_within", "申诉答复", "Appeal answered", "agent", (0.5,))

# fmt: off
SPECIAL = Flow(
    "special_customer", "特殊客户", "Special customer", "customers",
    states=(
        State("proposed", "待确认", "To be confirmed", "waiting", "agent"),
        State("active", "生效中", "Active", "waiting", "nobody"),
        State("appealed", "申诉复核中", "Under appeal", "open", "agent"),
        State("refused", "未通过", "Not confirmed", "dropped"),
        State("lifted", "已解除", "Lifted", "done"),
        State("expired", "到期解除", "Ended by time", "done"),
    ),
    begins=(CONFIRM,),
    moves=(
        Move("confirm", "proposed", "active", "确认", "Confirm", STAFF, Perm.CHAT_ASSIGN, Why, (UNTIL,),
             ("special_confirm",), "primary", for_buyer=False),
        Move("refuse", "proposed", "refused", "不通过", "Refuse", STAFF, Perm.CHAT_ASSIGN, Why, (), ("*",), "danger",
             for_buyer=False),
        Move("appeal", "active", "appealed", "提出申诉", "Appeal", STAFF, Perm.CHAT, Why, (ANSWER,), (),
             for_buyer=False),
        Move("uphold", "appealed", "active", "维持标记", "Uphold", STAFF, Perm.CHAT_ASSIGN, Why, (),
             ("special_appeal",), for_buyer=False),
        Move("lift", ("active", "appealed"), "lifted", "解除标记", "Lift", STAFF, Perm.CHAT_ASSIGN, Why, (), ("*",),
             "primary", for_buyer=False),
        Move("expire", ("proposed", "active", "appealed"), "expired", "到期解除", "Ended by time", CLOCK, None, None, (),
             ("*",), for_buyer=False),
    ),
)
# fmt: on
