"""Whether a sentence says a thing or turns it down: 加微信 against 不能加微信, 谨防加微信的骗子. Pure.

Rules that look for what an agent offers are `polarity = "asserted"`: a finding is dropped when its clause denies it,
warns of it or only repeats what the buyer said. Two look-behinds and one look-ahead in the clause reading, no grammar.
"""

from __future__ import annotations

import re

# 没问题, 不好意思 and 不过 deny nothing; 不方便的话 is a condition.
_DENIAL = (
    "无权|没权|不能|不可以|不可|不给|不让|不准|无法|没办法|没法|没有(?!问题|关系)|没(?!问题|事|关系|什么|几)|不支持|不方便|不允许|不提供|不要|请勿|勿|禁止|"
    "谨防|警惕|小心|当心|别(?!的|人|家|处)|不用(?!担心|着急)|不会|不是|不得|切勿|不接受|不需要|无需|不必|不收|拒绝|严禁|避免|防止|"
    "不参与|不做|不敢|不建议|从不|绝不|决不|未|暂无|不存在|不属于|不代表|不涉及|不再|不得以|不含|并非|不卖|不加|不留|杜绝|打击|抵制|"
    "不能够|不太能|不好|不便|不应|不应该|不该|以免|谢绝|不带|不走|不通过|不使用|冒充|假冒|假装|自称|非(?!常)"
)
_NOT_THROUGH = "(?:(?!的话|就|那么?|可以|直接|也行|还是|如果|只能|只好|但|不过|而是|才)[^,]){0,9}"
_BEFORE = re.compile(f"(?:{_DENIAL}){_NOT_THROUGH}$")
_AFTER = re.compile(
    "[^,]{0,7}?(?:不能|不可以|不行|不支持|不方便|都不|没有(?!问题)|没开|没有开|未开|不存在|是假的|都是骗|都是假|是骗|禁|违规|违反|"
    "不允许|不提供|不可|不安全|不接受|不受|不做|不会(?!收)|不建议|没法|无法|是不|不太|不了(?!解)|不需要|不要)"
)
_TOLD = re.compile("(?:您|你|亲)(?:刚才|刚刚|刚|之前|上面|这边)?(?:说|问|提|讲|发)(?:的|到)[^,]{0,6}$")
_CAUTION = re.compile(
    "谨防|骗子|诈骗|行骗|受骗|被骗|切勿|请勿|冒充|上当|当心|警惕|别信|别理|不要相信|不要轻信|别轻信|千万别|千万不|请不要相信|都是骗|是假的|举报"
)


def asserted(clause: str, start: int, end: int) -> bool:
    """Whether the words at that place of the clause reading are meant: neither denied, warned of, nor quoted."""
    begin = clause.rfind(",", 0, start) + 1
    stop = clause.find(",", end)
    stop = len(clause) if stop < 0 else stop
    before = clause[max(begin, start - 16) : start]
    if _BEFORE.search(before) or _TOLD.search(before):
        return False
    if _AFTER.match(clause, end, stop):
        return False
    earlier = clause.rfind(",", 0, max(begin - 1, 0)) + 1
    later = clause.find(",", stop + 1)
    return _CAUTION.search(clause, earlier, len(clause) if later < 0 else later) is None
