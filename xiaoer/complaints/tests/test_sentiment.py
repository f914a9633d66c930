"""The review model: word by word, explained; never crashes; agrees with the labelled set about as well as measured."""

from hypothesis import given
from hypothesis import strategies as st

from bench.reviews import half, labelled
from xiaoer.complaints.rules import MOODS, TOPICS
from xiaoer.complaints.sentiment import read


def test_words_with_degree_and_negation() -> None:
    plain, very, turned = (read(text) for text in ("好看", "非常好看", "没有觉得好看"))
    assert plain.score > 0 and very.score > plain.score and turned.score < 0
    assert [(one.word, one.why) for one in very.words] == [("好看", "非常")]
    found = read("没有色差，不起球")
    assert found.mood == "good" and all(one.good for one in found.topics)


def test_topics_carry_their_own_sign() -> None:
    found = read("面料很舒服，物流太慢，客服态度差")
    assert {one.topic: one.good for one in found.topics} == {"quality": True, "logistics": False, "service": False}


def test_mixed_words_are_mixed() -> None:
    assert read("衣服好看，就是掉色").mood == "neutral"
    assert read("本来担心起球，没有起球，很满意").mood == "good"
    assert read("").mood == "neutral" and read("！？…").words == ()


def test_the_places_of_the_words_are_those_of_the_text() -> None:
    text = "做工粗糙，线头多，太失望了"
    for one in read(text).words:
        assert text[one.start : one.start + len(one.word)] == one.word


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    found = read(text)
    assert found.mood in MOODS and all(one.topic in TOPICS for one in found.topics)


def test_agreement_with_labels_that_were_not_tuned_on() -> None:
    rows = [row for row in labelled() if half(row[0]) == 1]
    right = sum(read(text).mood == mood for text, mood, _ in rows)
    flipped = sum({read(text).mood, mood} == {"good", "bad"} for text, mood, _ in rows)
    assert len(rows) > 140 and right / len(rows) > 0.78 and flipped <= 3
