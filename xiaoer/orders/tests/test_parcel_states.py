"""Couriers' codes and words, lines in any order, addresses, and what may be said: pure."""

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoer.kernel.i18n import T
from xiaoer.orders.parcel_states import FINAL, Line, State, alert_of, by_words, meaning, standing
from xiaoer.orders.parcel_words import News, enquiry, estimate
from xiaoer.orders.regions import full_names, region_of

CASES = tomllib.loads((Path(__file__).parent / "parcel_cases.toml").read_text(encoding="utf-8"))["case"]
T0 = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("case", CASES, ids=[f"{c['source']}-{c['code']}-{c['text'][:12]}" for c in CASES])
def test_a_line_means(case: dict[str, str]) -> None:
    said = meaning(case["code"], case["text"], case["source"])
    assert (said.state or "", said.trouble) == (case["state"], case["trouble"])


def test_there_are_many_examples() -> None:
    assert len(CASES) >= 60


def at(hours: float, state: State | None, trouble: str = "") -> Line:
    return Line(T0 + timedelta(hours=hours), state, trouble)


WAY = [
    at(0, State.CREATED),
    at(5, State.PICKED_UP),
    at(20, State.IN_TRANSIT),
    at(40, State.OUT_FOR_DELIVERY),
    at(45, State.SIGNED),
]


@given(st.permutations(WAY))
def test_the_order_of_arrival_does_not_matter(lines: list[Line]) -> None:
    stands = standing(lines)
    assert stands.state is State.SIGNED
    assert stands.first_scan_at == T0 + timedelta(hours=5), "a label is no scan (R193)"
    assert stands.signed_at == T0 + timedelta(hours=45)


def test_what_comes_after_a_signature() -> None:
    assert standing([*WAY, at(46, State.IN_TRANSIT)]).state is State.SIGNED
    assert standing([*WAY, at(46, None)]).state is State.SIGNED
    back = standing([*WAY, at(50, State.RETURNING)])
    assert back.state is State.RETURNING and back.signed_at is None
    assert standing([*WAY, at(50, State.RETURNING), at(90, State.SIGNED)]).state is State.RETURNED


def test_an_unknown_line_leaves_the_parcel_where_it_was() -> None:
    stands = standing([at(0, State.PICKED_UP), at(9, None)])
    assert stands.state is State.PICKED_UP and stands.last_at == T0 + timedelta(hours=9)
    assert standing([]).state is State.UNKNOWN and standing([at(0, None)]).first_scan_at is None


def test_the_same_minute_is_taken_in_the_order_of_the_states() -> None:
    assert standing([at(1, State.SIGNED), at(1, State.OUT_FOR_DELIVERY)]).state is State.SIGNED


@given(st.text(max_size=60))
def test_any_words_are_read(text: str) -> None:
    said = by_words(text)
    assert said.state is None or isinstance(said.state, State)


def test_which_state_raises_which_alert() -> None:
    assert alert_of(State.REFUSED, "") == "refused"
    assert alert_of(State.PROBLEM, "out_of_area") == "out_of_area"
    assert alert_of(State.AT_STATION, "uncollected") == "uncollected"
    assert [alert_of(state, "") for state in FINAL] == ["", "", ""]


REGIONS = {
    "浙江省 杭州市 余杭区 良渚街道 梦溪路18号": ("浙江省", "杭州市", "余杭区"),
    "浙江杭州余杭良渚": ("浙江省", "杭州市", "余杭区"),
    "北京市朝阳区建国路1号": ("北京市", "北京市", "朝阳区"),
    "北京 北京市 海淀区 中关村": ("北京市", "北京市", "海淀区"),
    "新疆乌鲁木齐沙依巴克区": ("新疆维吾尔自治区", "乌鲁木齐市", "沙依巴克区"),
    "湖北省仙桃市沔阳大道": ("湖北省", "", "仙桃市"),
    "杭州市西湖区文三路": ("浙江省", "杭州市", "西湖区"),
    "广东省东莞市长安镇": ("广东省", "东莞市", "长安镇"),
    "重庆市云阳县": ("重庆市", "重庆市", "云阳县"),
    "香港特别行政区 九龙 观塘区": ("香港特别行政区", "九龙", "观塘区"),
    "吉林省延边朝鲜族自治州延吉市": ("吉林省", "延边朝鲜族自治州", "延吉市"),
    "江苏省昆山市玉山镇": ("江苏省", "苏州市", "昆山市"),
    "收货地址：福建省厦门市思明区": ("福建省", "厦门市", "思明区"),
    "12 Baker Street, London": ("", "", ""),
}


@pytest.mark.parametrize(("address", "wanted"), REGIONS.items())
def test_where_an_address_lies(address: str, wanted: tuple[str, str, str]) -> None:
    found = region_of(address)
    assert (found.province, found.city, found.district) == wanted


@given(st.text(max_size=80))
def test_any_address_is_read(text: str) -> None:
    region_of(text)


def test_a_table_names_regions_shortly() -> None:
    assert full_names("浙江", "杭州", "余杭") == region_of("浙江省杭州市余杭区")
    assert full_names("湖北", "仙桃") == region_of("湖北省仙桃市")
    assert full_names("北京", "", "朝阳区") == region_of("北京市朝阳区")
    assert full_names("火星") is None and full_names("浙江", "南京") is None


def news(state: State, **changes: Any) -> News:
    usual = (timedelta(days=3), timedelta(days=4))
    given_ = {"left_at": T0, "last_at": T0 + timedelta(hours=20), "text": "到达【南京转运中心】", **changes}
    return News(state, T("圆通速递", "YTO Express"), "YT1", place="", usual=usual, **given_)


def test_the_answer_holds_what_r160_asks() -> None:
    said = enquiry(news(State.IN_TRANSIT), at=T0 + timedelta(hours=30)).zh
    wanted = (
        "抱歉|11 月 9 日|圆通速递|YT1|到达【南京转运中心】|3-4 天|预计 11 月 12 日至 11 月 13 日|以快递实际派送为准"
    )
    for part in wanted.split("|"):
        assert part in said, part


def test_nothing_is_estimated_before_the_courier_has_it() -> None:
    waiting = news(State.CREATED, left_at=None, last_at=None)
    said = enquiry(waiting, at=T0)
    assert "预计" not in said.zh and "天" not in said.zh and estimate(waiting, at=T0) is None


def test_past_the_usual_days_no_new_promise() -> None:
    said = enquiry(news(State.IN_TRANSIT), at=T0 + timedelta(days=6)).zh
    assert "预计" not in said and "核实" in said


@pytest.mark.parametrize("state", list(State))
def test_no_answer_sends_her_to_the_courier(state: State) -> None:
    said = enquiry(news(state, signed_at=T0 + timedelta(days=2), alert="lost"), at=T0 + timedelta(days=9)).zh
    assert "您自己" not in said and "找快递公司索赔" not in said and "我们也不知道" not in said
