"""What is legal with a spare part that was asked for (备件申领, R592): asked, decided by another person, issued, settled."""

from pydantic import BaseModel, ConfigDict, Field

from xiaoer.aftersales.flow import STAFF
from xiaoer.kernel.access import Perm
from xiaoer.kernel.flow import Flow, Move, Starts, State

DECIDES = Starts("part_decision", "repair_approved_within", "备件审批", "Parts decided", "supervisor")
ISSUES = Starts("part_issue", "repair_sent_back_within", "仓库发料", "Parts issued", "warehouse")
SETTLES = Starts("part_settle", "repair_parts_within", "备件核销", "Parts accounted for", "warehouse")


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Why(Form):
    why: str = Field(min_length=2, max_length=200, json_schema_extra={"zh": "原因", "en": "Reason"})


class Settled(Form):
    """To the last piece: used, returned to the shelf, scrapped; and what became of the part that was taken out."""

    used: int = Field(0, ge=0, json_schema_extra={"zh": "实际使用", "en": "Used"})
    returned: int = Field(0, ge=0, json_schema_extra={"zh": "退回库存", "en": "Returned"})
    scrapped: int = Field(0, ge=0, json_schema_extra={"zh": "报废", "en": "Scrapped"})
    new_serial: str = Field("", max_length=60, json_schema_extra={"zh": "新件序列号", "en": "Serial of the new part"})
    old_serial: str = Field("", max_length=60, json_schema_extra={"zh": "旧件序列号", "en": "Serial of the old part"})
    old_back: bool | None = Field(None, json_schema_extra={"zh": "旧件已收回", "en": "Old part came back"})
    note: str = Field("", max_length=300, json_schema_extra={"zh": "说明", "en": "Remark"})


# fmt: off
PARTS = Flow(
    "part_request", "备件申领", "Part request", "aftersales",
    states=(
        State("asked", "待审批", "To be approved", "open", "supervisor"),
        State("approved", "待发料", "To be issued", "open", "warehouse"),
        State("issued", "已领用，待核销", "Issued, to be accounted for", "open", "warehouse"),
        State("settled", "已核销", "Accounted for", "done"),
        State("refused", "未批准", "Refused", "dropped"),
        State("cancelled", "已取消", "Cancelled", "dropped"),
    ),
    begins=(DECIDES,),
    moves=(
        Move("approve", "asked", "approved", "批准", "Approve", STAFF, Perm.REPAIRS_APPROVE, None, (ISSUES,), ("*",),
             "primary", None, False),
        Move("refuse", "asked", "refused", "不批准", "Refuse", STAFF, Perm.REPAIRS_APPROVE, Why, (), ("*",), "danger",
             None, False),
        Move("issue", "approved", "issued", "发料", "Issue", STAFF, Perm.WAREHOUSE_RECEIVE, None, (SETTLES,), ("*",),
             "primary", None, False),
        Move("settle", "issued", "settled", "核销", "Account for", STAFF, Perm.WAREHOUSE_RECEIVE, Settled, (), ("*",),
             "primary", None, False),
        Move("cancel", ("asked", "approved"), "cancelled", "取消申领", "Cancel", STAFF, Perm.AFTERSALES_OPEN, Why, (),
             ("*",), "default", None, False),
    ),
)
# fmt: on
