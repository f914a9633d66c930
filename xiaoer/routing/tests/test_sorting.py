"""Topics by the buyer's words: signs, sounds, slips of the finger; and what a shop's classifier learns."""

import pytest

from xiaoer.routing.learning import predict, train, tried_out
from xiaoer.routing.sorting import TopicWords, features, guess, one_off, says_nothing
from xiaoer.routing.starter import starter

TOPICS = [TopicWords(one["key"], tuple(one["words"])) for one in starter()["topic"]]


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("我要退货", "returns"),
        ("我要退貨", "returns"),
        ("wo yao tuihuo", "returns"),
        ("推货怎么弄", "returns"),
        ("tuihou", "returns"),
        ("快递到哪了", "logistics"),
        ("物流怎么不动了", "logistics"),
        ("發票可以開嗎", "invoice"),
        ("fapiao", "invoice"),
        ("花呗分期可以吗", "payment"),
        ("我要投诉你们，退款", "complaint"),
        ("这件有货吗，什么尺码", "goods"),
        ("你好", ""),
        ("1930679858170647890", ""),
    ],
)
def test_by_signs_sounds_and_slips(text: str, topic: str) -> None:
    assert guess([text], TOPICS).topic == topic


def test_surer_when_it_stands_there() -> None:
    exact, sound, slip = (guess([text], TOPICS).sure for text in ("退货", "推货", "tuihou"))
    assert exact > sound > slip > 0


@pytest.mark.parametrize("text", ["在吗", "你好！", "亲亲", "hi", "在么？", "转人工"])
def test_a_greeting_says_nothing(text: str) -> None:
    assert says_nothing([text]) and not says_nothing([text, "退货"])


def test_one_letter_off() -> None:
    assert one_off("tuihuo", "tuihou") and one_off("tuihuo", "tuhuo") and one_off("tuihuo", "tuixhuo")
    assert not one_off("tuihuo", "huotui")


def test_it_learns_from_corrections_and_says_how_well() -> None:
    examples = [("gift", features([f"包装盒 礼品袋 贺卡 第{n}个"])) for n in range(12)]
    examples += [("size", features(["身高 体重 穿 多大"])) for _ in range(12)]
    counts = train(examples)
    found = predict(counts, features(["有贺卡吗"]))
    assert found.topic == "gift" and found.sure > 80 and found.how == "learned"
    assert not predict(counts, features(["完全没见过"])).topic
    assert tried_out(examples) == 100
    assert features(["订单1930679858170647890 手机13812345678 贺卡"]) == ["订单", "手机", "贺卡"]
