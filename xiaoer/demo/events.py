"""What the journal says about the demo."""

from xiaoer.kernel.events import Payload
from xiaoer.kernel.i18n import T


class ClockMoved(Payload):
    """The demo clock was moved ahead; every screen reads the time anew."""

    KIND = "demo.clock_moved"
    AREA = "demo"
    LABEL = T("拨动演示时钟", "Demo clock moved")

    seconds: int
    offset: int
