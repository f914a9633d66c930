"""Variables of scripts, promises, when people are back; which variant is shown; doubles; the guide. Pure."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoer.kernel.calendar import BEIJING
from xiaoer.reception import greeting, guide, scripts, variables
from xiaoer.reception.starter import starter_replies

AT = datetime(2026, 11, 11, 4, 0, tzinfo=UTC)  # Wednesday, 12:00 in Beijing


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{buyer|亲}}您好", "亲您好"),
        ("{buyer|亲}您好", "亲您好"),
        ("{{ buyer | 亲 }}您好", " 亲 您好"),
        ("{{买家|亲}}，{{店铺}}欢迎您", "亲，圈圈家欢迎您"),
        ("单号{{waybill}}", "单号【请填写：运单号】"),
        ("{{order_no|}}好", "好"),
        ("{不是变量} {} {{}}", "{不是变量} {} {{}}"),
        ("a{{shop}}b{shop}c", "a圈圈家b圈圈家c"),
    ],
)
def test_fill(text: str, said: str) -> None:
    filled = variables.fill(text, {"shop": "圈圈家"})
    if "不是变量" in text:
        assert variables.unknown_variables(text) == ["不是变量"]
    else:
        assert filled.text == said
        assert variables.marks_in(said) == (["运单号"] if "运单号" in said else [])


@given(st.text(alphabet="{}|亲ab买家店铺 \n", max_size=40), st.text(max_size=8))
def test_fill_never_fails_and_is_stable(text: str, value: str) -> None:
    values = {"shop": value or "x", "buyer": value or "y"}
    once = variables.fill(text, values)
    assert set(once.missing) <= set(variables.variables_in(text))
    assert variables.fill(text, values) == once


@pytest.mark.parametrize(
    ("mode", "hour", "said"),
    [
        ("standard_only", 10, "付款后72小时之内发货"),
        ("standard_only", 18, "付款后72小时之内发货"),
        ("cutoff", 10, "有现货的话，今天16:00前付款当天发货"),
        ("cutoff", 16, "有现货的话，现在付款次日发货"),
    ],
)
def test_ship_promise(mode: str, hour: int, said: str) -> None:
    at = datetime(2026, 11, 11, hour, 0, tzinfo=BEIJING)
    assert variables.ship_promise(mode, cutoff="16:00", standard=timedelta(hours=72), at=at) == said


@given(st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1)))
def test_tmall_never_names_a_day(moment: datetime) -> None:
    said = variables.ship_promise(
        "standard_only", cutoff="16:00", standard=timedelta(hours=72), at=moment.replace(tzinfo=UTC)
    )
    assert not any(word in said for word in ("今天", "当天", "次日", "明天", "16:00"))


@pytest.mark.parametrize(
    ("hours", "zh"),
    [(2, "今天 14:00"), (21, "明天 09:00"), (45, "后天 09:00"), (93, "周日 09:00"), (400, "11月28日 04:00")],
)
def test_when_text(hours: int, zh: str) -> None:
    assert variables.when_text(AT + timedelta(hours=hours), AT).zh == zh


HOURS = {"zone": "Asia/Shanghai", "days": {day: [["09:00", "21:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}


def test_next_opening_goes_over_the_weekend() -> None:
    friday_night = datetime(2026, 11, 13, 22, 0, tzinfo=BEIJING)
    assert greeting.next_opening(HOURS, friday_night) == datetime(2026, 11, 16, 9, 0, tzinfo=BEIJING)
    assert greeting.next_opening(HOURS, AT) is None and greeting.next_opening({}, AT) is None
    facts = greeting.values("圈圈家", HOURS, at=friday_night)
    said = greeting.compose("", greeting.template_for("offline", platform="tmall", style=""), facts, state="offline")
    assert "周一 09:00" in said and "圈圈家" in said


@pytest.mark.parametrize("platform", ["tmall", "taobao", "kuaishou", "own"])
@pytest.mark.parametrize("style", scripts.SHOP_STYLES)
def test_every_greeting_names_the_shop_thanks_and_asks(platform: str, style: str) -> None:
    facts = greeting.values("圈圈家旗舰店", {}, at=AT)
    texts = {}
    for state in greeting.STATES:
        said = greeting.compose("", greeting.template_for(state, platform=platform, style=style), facts, state=state)
        assert "圈圈家旗舰店" in said and "光临" in said and "请" in said, (state, said)
        assert "天猫客服" not in said and "{" not in said and "【" not in said
        texts[state] = said
    assert len(texts["peak"]) <= len(texts["open"]), "shorter in peak mode"


def test_a_style_has_its_own_greeting() -> None:
    said = {style: greeting.template_for("open", platform="taobao", style=style) for style in scripts.SHOP_STYLES}
    assert len(set(said.values())) == 5


@dataclass
class Script:
    pk: int
    text: str = "您好"
    style: str = ""
    variant: str = ""
    platforms: list[str] = field(default_factory=list)
    valid_from: date | None = None
    valid_until: date | None = None


TODAY = date(2026, 11, 11)


def shown(*rows: Script, style: str = "", peak: bool = False) -> list[int]:
    return [row.pk for row in scripts.usable(rows, platform="tmall", today=TODAY, style=style, peak=peak)]


def test_usable_by_platform_and_date() -> None:
    day = timedelta(days=1)
    rows = [
        Script(1),
        Script(2, platforms=["taobao"]),
        Script(3, platforms=["taobao", "tmall"]),
        Script(4, valid_from=TODAY + day),
        Script(5, valid_until=TODAY - day),
        Script(6, valid_from=TODAY, valid_until=TODAY),
    ]
    assert shown(*rows) == [1, 3, 6]
    assert [scripts.standing(row, TODAY) for row in rows[3:]] == ["upcoming", "expired", "active"]


def test_the_style_picks_the_variant() -> None:
    plain, friend, short = Script(1, variant="hi"), Script(2, "", "friend", "hi"), Script(3, "", "peak", "hi")
    alone = Script(4, style="friend")
    every = (plain, friend, short, alone)
    assert shown(*every) == [1]
    assert shown(*every, style="friend") == [2, 4]
    assert shown(*every, style="brand") == [1], "no variant for it: the plain one"
    assert shown(*every, style="friend", peak=True) == [3, 4]
    assert shown(*every, peak=True) == [3]


def test_doubles() -> None:
    text = "亲，这款有现货，请您放心购买，{{ship_promise}}哦！"
    assert scripts.essence("亲 有的，请放心购买！") == scripts.essence("有的请放心购买哦~")
    others = [(1, "这款有现货的，请您放心购买，{{ship_promise|}}"), (2, "退货请保持吊牌完整"), (3, text)]
    found = scripts.alike(text, others, share=0.9)
    assert [key for key, _ in found] == [3, 1] and found[0][1] == 1.0
    assert scripts.alike("{{shop}}", others, share=0.9) == []


def test_recommendation_needs_reasons_that_differ() -> None:
    assert scripts.clean_reasons(["显瘦", " 显瘦。", "", "百搭"]) == ["显瘦", "百搭"]
    assert guide.reasons_in(scripts.recommendation("打底衫", ["显瘦", "百搭"])) == 2


# ------------------------------------------------------------------------------------------------ the guide


@dataclass
class Said:
    seq: int
    author_kind: str
    text: str
    kind: str = "text"


def read(*lines: tuple[str, str], **more: object) -> guide.Reading:
    return guide.read([Said(n, who, text) for n, (who, text) in enumerate(lines, 1)], **more)  # type: ignore[arg-type]


def test_the_five_steps_are_heard_in_what_was_sent() -> None:
    by_key = {one.key: one.text for one in starter_replies()}
    keys = ["welcome", "activity", "introduce", "confirm_order", "favourite"]
    lines = [("staff", variables.fill(by_key[key], variables.SAMPLES).text) for key in keys]
    seen = []
    for n in range(6):
        found = read(*lines[:n])
        seen.append(found.next)
    assert seen == ["welcome", "promotions", "item", "order", "favourite", None]
    assert {key: one.how for key, one in read(*lines).done.items()}.items() >= dict.fromkeys(seen[:5], "sent").items()


@pytest.mark.parametrize("one", [one for one in starter_replies() if one.step], ids=lambda one: one.key)
def test_every_tagged_starter_script_ticks_its_step(one: object) -> None:
    text = variables.fill(one.text, variables.SAMPLES).text  # type: ignore[attr-defined]
    assert one.step in read(("staff", text)).done or one.step == "empathy"  # type: ignore[attr-defined]


def test_what_the_buyer_and_notes_say_ticks_nothing() -> None:
    lines = [Said(1, "buyer", "有什么活动吗？面料是什么"), Said(2, "staff", "活动与面料见表", kind="note")]
    assert guide.read(lines).done == {}


def test_the_bot_greets_and_an_agent_greets_over_it() -> None:
    assert read(("bot", "您好，欢迎光临圈圈家，请问有什么可以帮您？")).done["welcome"].how == "auto"
    both = read(("bot", "欢迎光临圈圈家"), ("staff", "您好，我是圈圈家的客服圈圈，感谢您的光临"))
    assert both.done["welcome"] == guide.Done("sent", 2)


def test_an_own_script_ticks_its_step() -> None:
    own = [("promotions", "{{buyer|亲}}，双十一狂欢全店第二件半价哦")]
    assert "promotions" in read(("staff", "马女士，双十一狂欢全店第二件半价哦～"), scripts=own).done
    assert "promotions" not in read(("staff", "双十一快乐"), scripts=own).done


def test_empathy_is_asked_for_after_anger_until_it_comes() -> None:
    angry = ("buyer", "你们什么态度！我要投诉！！")
    assert read(angry).needs_empathy and read(angry).upset_at == 1
    assert read(("staff", "非常抱歉久等"), angry).needs_empathy, "said before she was angry"
    soothed = read(angry, ("staff", "非常理解您的心情，我们会尽快处理"))
    assert not soothed.needs_empathy and "empathy" in soothed.done
    assert read(angry, ("staff", "非常理解您的心情"), ("buyer", "还是垃圾")).needs_empathy
    assert not read(("buyer", "请问有货吗")).needs_empathy


def test_a_thin_recommendation_is_pointed_out() -> None:
    thin = ("staff", "亲，搭配推荐您看看打底衫哦")
    assert read(thin).thin_recommendation == 1 and "cross_sell" not in read(thin).done
    good = ("staff", scripts.recommendation("打底衫", ["显瘦", "百搭"]))
    mended = read(thin, good)
    assert mended.thin_recommendation is None and mended.done["cross_sell"].seq == 2


def test_ticks_by_hand() -> None:
    manual, undone = guide.Done("manual", 1, "圈圈"), guide.Done("undone", 1, "圈圈")
    assert read(("buyer", "好"), ticks={"order": manual}).done["order"].how == "manual"
    hi = ("staff", "欢迎光临")
    assert "welcome" not in read(hi, ticks={"welcome": undone}).done
    assert read(hi, ("buyer", "?"), hi, ticks={"welcome": undone}).done["welcome"].seq == 3, "sent after all"


@given(st.lists(st.tuples(st.sampled_from(["buyer", "staff", "bot"]), st.text(max_size=20)), max_size=12))
def test_reading_never_fails_and_only_grows_for_steps_of_selling(lines: list[tuple[str, str]]) -> None:
    main = {step.key for step in guide.steps() if step.main}
    before = set(read(*lines[:-1]).done) & main if lines else set()
    assert before <= set(read(*lines).done)
