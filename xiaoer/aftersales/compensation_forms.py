"""What is typed for a compensation. Pure."""

from pydantic import Field

from xiaoer.aftersales.compensation_words import MEANS, REASONS
from xiaoer.aftersales.forms import Form, _choice, _field
from xiaoer.kernel.i18n import T

_SAID = T("买家可能看到；不得与评价挂钩", "The buyer may see it; never tied to a review")


class Propose(Form):
    """A compensation is proposed (R693, R723): how, how much, what for."""

    means: str = _choice("补偿形式", "Form", MEANS)
    amount_fen: int = _field(
        "金额",
        "Amount",
        ge=1,
        le=10_000_000,
        help=T("优惠券、积分、赠品填店铺成本", "The shop's cost of a coupon or gift"),
    )
    reason: str = _choice("补偿原因", "Reason", REASONS)
    note: str = _field("说明", "Why", min_length=2, max_length=300, help=_SAID)
    gift: str = _field("券名/赠品", "Which coupon or gift", "", max_length=100)
    cause: str = _field("起因", "Cause", "", max_length=48, pattern=r"^([a-z_]+:\d+)?$")


class Change(Form):
    """A proposal that came back is changed and handed in again; what is left out stays."""

    means: str | None = _choice("补偿形式", "Form", MEANS, None)
    amount_fen: int | None = _field("金额", "Amount", None, ge=1, le=10_000_000)
    reason: str | None = _choice("补偿原因", "Reason", REASONS, None)
    note: str | None = _field("说明", "Why", None, min_length=2, max_length=300, help=_SAID)
    gift: str | None = _field("券名/赠品", "Which coupon or gift", None, max_length=100)


class Approve(Form):
    """The superior decides amount and form (R832); handling follows what she decides."""

    amount_fen: int | None = _field(
        "批准金额", "Amount granted", None, ge=1, le=10_000_000, help=T("留空为申请金额", "Empty: as proposed")
    )
    means: str | None = _choice("补偿形式", "Form", MEANS, None)
    note: str = _field("审批意见", "Opinion", "", max_length=300)


class Why(Form):
    """A reason, for the colleague who proposed it."""

    note: str = Field(min_length=2, max_length=300, json_schema_extra={"zh": "原因", "en": "Reason"})
