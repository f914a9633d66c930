"""Writes docs/flows/<name>.md from the flow tables: the diagram, the states, the moves, the clocks with their rules.

python tools/make_flows.py            write
python tools/make_flows.py --check    exit 1 when a page is not what the table says
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FOLDER = ROOT / "docs" / "flows"

if TYPE_CHECKING:
    from xiaoer.kernel.flow import Flow

HEAD = "<!-- Written by tools/make_flows.py from the table in {source}; change that and run `make types`. -->"


def page(flow: "Flow") -> str:
    """One flow as a page that reads on its own."""
    parts = [
        HEAD.format(source=f"xiaoer/{flow.area}/flow.py"),
        f"# {flow.zh} · {flow.en}",
        f"```mermaid\n{flow.mermaid('zh')}```",
        "## States 状态",
        _table(
            ("state", "中文", "English", "kind", "who must act"),
            [(f"`{s.name}`", s.zh, s.en, s.category, s.waits_for) for s in flow.states],
        ),
        "## Moves 操作",
        _table(
            ("verb", "中文", "English", "from", "to", "by", "permission", "form", "starts", "settles"),
            [_move(move) for move in flow.moves],
        ),
    ]
    if flow.clocks():
        parts += [
            "## Clocks 时效",
            _table(("clock", "中文", "English", "rule", "who must act", "warns at"), _clocks(flow)),
        ]
    return "\n\n".join(parts) + "\n"


def _move(move: object) -> tuple[str, ...]:
    from xiaoer.kernel.flow import Move

    assert isinstance(move, Move)
    return (
        f"`{move.verb}`",
        move.zh,
        move.en,
        ", ".join(f"`{name}`" for name in move.sources),
        f"`{move.target}`",
        ", ".join(sorted(move.by)),
        f"`{move.may}`" if move.may else "",
        ", ".join(f"`{name}`" for name in move.form.model_fields) if move.form else "",
        ", ".join(f"`{clock.kind}`" for clock in move.starts),
        ", ".join("all" if kind == "*" else f"`{kind}`" for kind in move.settles),
    )


def _clocks(flow: "Flow") -> list[tuple[str, ...]]:
    return [
        (f"`{c.kind}`", c.zh, c.en, f"`{c.rule}`", c.who, ", ".join(f"{share:.0%}" for share in c.warn))
        for c in flow.clocks()
    ]


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def index(flows: list["Flow"]) -> str:
    head = HEAD.format(source="each area's flow.py")
    rows = [(f"[{f.zh}]({f.name}.md)", f.en, f.area, str(len(f.states)), str(len(f.moves))) for f in flows]
    return f"{head}\n\n# Flows 流程\n\n{_table(('flow', 'English', 'area', 'states', 'moves'), rows)}\n"


def wanted() -> dict[Path, str]:
    """Every page that should be there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoer.settings")
    import django

    django.setup()
    from importlib import import_module
    from importlib.util import find_spec

    from django.conf import settings

    from xiaoer.kernel.flow import FLOWS

    for area in settings.AREAS:
        if find_spec(f"xiaoer.{area}.flow") is not None:
            import_module(f"xiaoer.{area}.flow")
    flows = sorted(FLOWS.values(), key=lambda flow: (settings.AREAS.index(flow.area), flow.name))
    return {FOLDER / "README.md": index(flows), **{FOLDER / f"{flow.name}.md": page(flow) for flow in flows}}


def main(arguments: list[str]) -> int:
    pages = wanted()
    present = set(FOLDER.glob("*.md"))
    stale = [path for path, text in pages.items() if path not in present or path.read_text("utf-8") != text]
    stale += sorted(present - set(pages))
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not what the flow table says: run `make types`", file=sys.stderr)
        return 1 if stale else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in present - set(pages):
        path.unlink()
    for path, text in pages.items():
        path.write_text(text, "utf-8")
    print(f"docs/flows: {len(pages) - 1} flows, {len(stale)} pages changed")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
