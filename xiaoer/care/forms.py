"""What is typed for the steps of a watched order. Pure."""

from xiaoer.care.rules import CHANNELS, OUTCOMES
from xiaoer.complaints.forms import Form, choice, field


class Mark(Form):
    """An agent noticed something herself."""

    note: str = field("发现了什么", "What was noticed", min_length=2, max_length=200)


class Contact(Form):
    """主动联系 (R806): how, with which words, what came of it."""

    channel: str = choice("联系方式", "Contacted by", CHANNELS, "platform_chat")
    text: str = field("话术", "Words", min_length=2, max_length=500)
    outcome: str = choice("结果", "Outcome", OUTCOMES)
    note: str = field("记录", "Notes", "", max_length=300)


class Solve(Form):
    note: str = field("怎样解决的", "How it was solved", min_length=2, max_length=300)


class HandOn(Form):
    note: str = field("转给谁、为什么", "To whom and why", min_length=2, max_length=300)
