"""A reply drafted by a language model (起草回复): only from the offered articles and the rules in force, with its sources.

Off unless XIAOER_LLM_URL is set (see drafting.py); XIAOER_LLM_PRICE_IN and _OUT are yuan per million tokens, for the cost
in the journal. The buyer's words go out without her name, numbers and address.
"""

import os
import re
from collections.abc import Sequence
from datetime import datetime

from xiaoer.people.queries import ShopFacts
from xiaoer.policy.queries import rules
from xiaoer.reception.anonymous import anonymous
from xiaoer.reception.assist_reads import Offer
from xiaoer.reception.drafting import Told

ORDERS = (
    "你是网店客服。只根据【资料】回答买家，资料里没有的就说“我确认后马上回您”，不要编造，不承诺具体到货日期，"
    "不写电话、姓名和地址。回答不超过120字，语气亲切。每个依据后面用方括号写资料编号，例如[1]。"
)
POLICY_KEYS = ("no_reason_window", "return_goods_condition", "ship_standard", "freight_collect_accepted")
_CITED = re.compile(r"\[(\d{1,2})\]")


def prompt_of(
    question: str, found: Sequence[Offer], shop: ShopFacts, hidden: dict[str, list[str]], at: datetime
) -> tuple[str, list[str]]:
    """What is sent, and the names of its sources in order."""
    names = [one.title for one in found]
    told = [f"[{n}] {one.title}：{one.text[:600]}" for n, one in enumerate(found, 1)]
    for answer in rules(POLICY_KEYS, shop=shop, at=at).values():
        names.append(answer.title.zh)
        told.append(f"[{len(names)}] 规则「{answer.title.zh}」：{answer.value_text.zh}。{answer.explain.zh}")
    asked = anonymous(question, hidden)
    return "【资料】\n" + anonymous("\n".join(told), hidden) + f"\n\n【买家】\n{asked}", names


def cited(text: str, names: Sequence[str]) -> tuple[str, list[str]]:
    """The reply without its marks, and the sources it named; a number nobody gave it is no source."""
    numbers = [int(number) for number in _CITED.findall(text)]
    used = list(dict.fromkeys(names[n - 1] for n in numbers if 0 < n <= len(names)))
    return re.sub(r"[ 　]*\[\d{1,2}\]", "", text).strip(), used


def cost_micros(told: Told) -> int:
    """The price in millionths of a yuan; nothing when no price is set."""
    return round(told.tokens_in * _price("XIAOER_LLM_PRICE_IN") + told.tokens_out * _price("XIAOER_LLM_PRICE_OUT"))


def _price(name: str) -> int:
    text = os.environ.get(name, "")
    return int(text) if text.isascii() and text.isdigit() else 0
