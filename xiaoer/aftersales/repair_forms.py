"""What must be typed at each step of a repair (返修). Pure."""

from pydantic import AwareDatetime

from xiaoer.aftersales.forms import Form, Note, _choice, _field, _photos
from xiaoer.aftersales.repair_words import CAUSES, CHANNELS, FAULTS, REPAIR_REASONS, RESULTS, SATISFIED
from xiaoer.kernel.i18n import T
from xiaoer.orders.carriers import CARRIERS

_CARRIERS = {"enum": list(CARRIERS), "labels": {code: one.label.both() for code, one in CARRIERS.items()}}


class AskRepair(Form):
    """A repair order (返修单) from what the buyer bought and received (R822)."""

    line: int = _field("商品", "Goods")
    reason: str = _choice("故障现象", "What is wrong", REPAIR_REASONS)
    serial: str = _field("序列号/机身编号", "Serial number", "", max_length=60)
    note: str = _field("故障描述", "Description", "", max_length=500)
    on_site: bool = _field("需要上门", "On-site visit wanted", False)
    photos: list[int] = _photos()


class Accept(Note):
    """Within warranty and service: the buyer may send it (address shown)."""


class AskApproval(Form):
    """Out of warranty or beyond the service: the superior decides (R824)."""

    note: str = _field("请示说明", "What the superior should know", min_length=2, max_length=500)


class Approved(Note):
    """The superior agrees; the buyer will hear that it may cost something."""


class Refuse(Note):
    """No repair: explained patiently, never rudely, with what can be done instead (R667)."""

    explanation: str = _field(
        "给买家的说明",
        "Explanation for the buyer",
        min_length=10,
        max_length=500,
        help=T("耐心说明原因并给出建议，不得生硬回绝", "Explain patiently and say what may help"),
    )


class Posted(Form):
    """The buyer has posted it (买家已寄出)."""

    carrier: str = _field("快递公司", "Carrier", extra=_CARRIERS)
    waybill: str = _field("寄修运单号", "Waybill number", min_length=4, max_length=40)
    freight_collect: bool = _field(
        "到付", "Freight collect", False, help=T("到付件一律拒收", "Freight-collect parcels are refused")
    )


class Received(Note):
    """仓库收货确认: model, quantity, marking, packaging are looked at; a missed check is the centre's loss (R672)."""

    model_ok: bool = _field("型号一致", "Right model")
    quantity: int = _field("到货数量", "Pieces", 1, ge=1, le=99)
    marking_ok: bool = _field("标识清晰完整", "Marking readable")
    package_ok: bool = _field("包装完好", "Packaging intact")
    serial: str = _field("实物序列号", "Serial number on it", "", max_length=60)
    photos: list[int] = _photos("到货照片", "Photos")


class Judge(Note):
    """What was found: fault point and cause decide whether it is charged (R590, R661)."""

    fault: str = _choice("故障点", "Fault", FAULTS)
    cause: str = _choice("故障原因", "Cause", CAUSES)
    finding: str = _field("检测说明", "Finding", "", max_length=500)


class WaitParts(Form):
    """维修之间入库: stored while parts are on their way."""

    note: str = _field("等待什么配件", "Which parts", min_length=2, max_length=500)


class Finish(Note):
    """返修入库: repaired or not, and put on the shelf."""

    result: str = _choice("维修结果", "Result", {code: RESULTS[code] for code in RESULTS if code != "declined"})
    work: str = _field("维修内容", "Work done", min_length=2, max_length=500)


class SentBack(Note):
    carrier: str = _field("快递公司", "Carrier", extra=_CARRIERS)
    waybill: str = _field("寄回运单号", "Waybill number", min_length=4, max_length=40)


class Paid(Note):
    """The buyer paid the charge."""

    channel: str = _choice("收款渠道", "Channel", CHANNELS)
    reference: str = _field("收款流水号", "Reference", min_length=4, max_length=64)


class Dispatch(Note):
    """派工: a technician with the tools goes to the site at once (R660)."""

    technician: str = _field("技术人员", "Technician", min_length=2, max_length=40)
    phone: str = _field("技术人员电话", "Technician's phone", "", max_length=32)
    tools: str = _field(
        "携带工具和配件", "Tools and parts", min_length=2, max_length=300, help=T("按故障备齐", "What the fault needs")
    )
    site: str = _field("上门地址", "Site", min_length=4, max_length=200)
    contact: str = _field("现场负责人", "Contact on site", "", max_length=60)
    visit_at: AwareDatetime | None = _field("预约上门时间", "Appointment", None)


class Visited(Note):
    """What the technician found and did on site (R661, R653)."""

    fault: str = _choice("故障点", "Fault", FAULTS)
    cause: str = _choice("故障原因", "Cause", CAUSES)
    work: str = _field("处理过程和结果", "What was done", min_length=2, max_length=500)
    photos: list[int] = _photos("现场照片", "Photos")


class Unsolved(Visited):
    """Not solved on site: reported at once to the department head (R659)."""


class FollowUp(Note):
    """回访: how it works now (R652)."""

    satisfied: str = _choice("回访结果", "Answer", SATISFIED)
