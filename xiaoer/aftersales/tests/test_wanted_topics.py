"""What cases are opened for again and again is suggested to be written about (高频问题纳入FAQ, R717)."""

from typing import Any

from xiaoer.aftersales.tests import makers
from xiaoer.kernel.testing import Cast


def test_a_frequent_reason_becomes_a_topic_until_it_is_settled(cast: Cast, noon: Any) -> None:
    for nick in ("小鹿", "小马", "小羊"):
        makers.apply(makers.order(cast, nick=nick))
    makers.apply(makers.order(cast, nick="小牛"), "refund_only", "agreed")
    anan = cast.as_("anan")

    def wanted() -> list[tuple[str, str, int]]:
        rows = anan.get("/api/knowledge/suggestions", {"shop": cast.tmall.pk})["items"]
        return [(row["kind"], row["key"], row["count"]) for row in rows]

    assert wanted() == [("case", "case:return:no_reason", 3)]
    anan.post("/api/knowledge/suggestions/settle", {"shop": cast.tmall.pk, "key": "case:return:no_reason"})
    assert wanted() == []
