"""Writes the hidden-rules table (隐藏规则表) of the order desk into docs/areas/orders.md, from service_rules.toml.

python tools/make_service_rules.py            write
python tools/make_service_rules.py --check    exit 1 when the page is not what the table says
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
PAGE = ROOT / "docs" / "areas" / "orders.md"
BEGIN = "<!-- hidden rules: written by tools/make_service_rules.py from xiaoer/orders/service_rules.toml -->"
END = "<!-- end of hidden rules -->"
ALLOWED = {"yes": "可以", "no": "不可以", "aftersales": "转售后"}
HOLDS = {"": "", "stop": "拦截：不要发货", "changed": "拦截：改好前不打包"}
WHO = {"agent": "客服", "clerk": "打单员", "warehouse": "仓库", "aftersales": "售后"}


def table() -> str:
    """One row per rule: platform, how the order stands, what is asked, what happens, who acts, what is written."""
    from xiaoer.orders import service_rules as rules
    from xiaoer.orders.service_flow import SERVICE_FLOWS

    moves = {move.verb: move.zh for flow in SERVICE_FLOWS.values() for move in flow.moves}
    head = ("平台", "订单状态", "客户要求", "能不能", "怎么做", "谁依次做什么", "写什么", "依据")
    lines = [head, tuple("---" for _ in head)]
    for row in rules.table():
        acts = [" 或 ".join(_act(one, moves) for one in act.split(" | ")) for act in row.acts]
        lines.append(
            (
                "、".join({"any": "其余" if len(row.platforms) > 1 else "全部"}.get(p, p) for p in row.platforms),
                "、".join(rules.STANDS[stands].zh for stands in row.stands),
                "、".join(rules.ASKS[ask].zh for ask in row.asks),
                ALLOWED[row.allowed],
                "；".join(part for part in (row.zh, HOLDS[row.hold]) if part),
                " → ".join(acts) or "—",
                rules.WRITES[row.writes].zh,
                row.sources,
            )
        )
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _act(act: str, moves: dict[str, str]) -> str:
    who, _, verb = act.partition(":")
    return f"{WHO[who]}「{moves.get(verb, '撤回包裹')}」"


def wanted(page: str) -> str:
    """The page with the table between its marks."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{PAGE.name} has lost its marks: {BEGIN} ... {END}")
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


def main(arguments: list[str]) -> int:
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoer.settings")
    import django

    django.setup()
    page = PAGE.read_text("utf-8")
    fresh = wanted(page)
    if "--check" in arguments:
        if fresh != page:
            print("docs/areas/orders.md: the hidden-rules table is stale: run `make types`", file=sys.stderr)
        return int(fresh != page)
    PAGE.write_text(fresh, "utf-8")
    print(f"docs/areas/orders.md: hidden-rules table {'written' if fresh != page else 'unchanged'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
