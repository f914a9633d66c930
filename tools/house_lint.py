"""The laws of the house (docs/laws.md) that ruff, mypy and import-linter cannot check, as AST rules.

    python tools/house_lint.py            check the tree; exit status 1 when a law is broken
    python tools/house_lint.py --selftest every rule must pass its good example and catch its bad one

An example is tools/examples/<rule>/{good,bad}.py; its first line says which path it pretends to be.
A line may carry the written escape `# law: <why>` and is then left alone.
"""

import ast
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
Finding = tuple[int, str]
Rule = Callable[[Path, ast.Module, str], Iterator[Finding]]
RULES: dict[str, Rule] = {}

EDGES = {"api", "timers", "reactions", "commands", "tasks", "views"}
WRITERS = {"create", "bulk_create", "get_or_create", "update_or_create", "bulk_update", "delete", "save", "update"}
MAX_FILE, MAX_FUNCTION, MAX_WEB = 400, 50, 250


def rule(check: Rule) -> Rule:
    RULES[check.__name__] = check
    return check


def part_of(path: Path) -> str:
    """The part of an area a file belongs to: `api` for orders/api.py, api_imports.py and orders/api/imports.py."""
    parts = path.parts
    name = parts[2] if len(parts) > 3 else path.stem
    return name.split("_")[0]


def area_of(path: Path) -> str:
    return path.parts[1] if len(path.parts) > 2 and path.parts[0] == "xiaoer" else ""


def is_test(path: Path) -> bool:
    return "tests" in path.parts or path.name.startswith("test_") or path.name in ("testing.py", "conftest.py")


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Every call with its dotted name, as far as it is a plain name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def imports(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node


@rule
def one_clock(path: Path, tree: ast.Module, text: str) -> Iterator[Finding]:
    """Law 6: the only source of now is kernel/clock.py, and only an edge asks it; actions are given `at`."""
    if path == Path("xiaoer/kernel/clock.py") or is_test(path) or path.parts[0] != "xiaoer":
        return
    forbidden = ("datetime.now", "datetime.utcnow", "timezone.now", "date.today", "datetime.today", "time.time")
    edge = part_of(path) in EDGES | {"lane", "asgi", "cli"} or area_of(path) in ("kernel", "demo", "")
    for node, name in calls(tree):
        if name.endswith(forbidden):
            yield node.lineno, f"{name}() reads the machine's clock; take `at` as an argument"
        if name in ("clock.now", "clock.real_now") and not edge:
            yield node.lineno, f"{name}() outside an edge; take `at` as an argument"


@rule
def whole_fen(path: Path, tree: ast.Module, text: str) -> Iterator[Finding]:
    """Law 6: money is integer fen: no float() of it and no true division."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            sides = ast.unparse(node.left) + " " + ast.unparse(node.right)
            if "fen" in sides:
                yield node.lineno, f"{sides!r} divides fen with `/`; use kernel.money"
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "float" and "fen" in ast.unparse(node):
            yield node.lineno, "float() of an amount; money is integer fen"


@rule
def no_signals(path: Path, tree: ast.Module, text: str) -> Iterator[Finding]:
    """Law 6: no signals; effects travel as journal events."""
    for node in imports(tree):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        if any(name.startswith("django.dispatch") or name.endswith(".signals") for name in names):
            yield node.lineno, "signals are not used here; announce an event and react to it"


@rule
def named_saves(path: Path, tree: ast.Module, text: str) -> Iterator[Finding]:
    """Law 4: a write names its columns; no bare save() of an existing row, no save() override."""
    if is_test(path):
        return
    for node, name in calls(tree):
        if name.endswith(".save") and isinstance(node.func, ast.Attribute):
            given = {keyword.arg for keyword in node.keywords}
            if not node.args and not given & {"update_fields", "force_insert"}:
                yield node.lineno, f"{name}() writes the whole row; give update_fields or a conditional update"
    for item in ast.walk(tree):
        if isinstance(item, ast.ClassDef):
            for method in item.body:
                if isinstance(method, ast.FunctionDef) and method.name == "save" and "models" in path.stem:
                    yield method.lineno, "save() override; put the work into an action"


@rule
def only_actions_write(path: Path, tree: ast.Module, text: str) -> Iterator[Finding]:
    """Law 4: only actions (and the lane) write."""
    if not area_of(path) or area_of(path) in ("kernel", "demo") or is_test(path) or "migrations" in path.parts:
        return
    if part_of(path) in {"actions", "lane", "models"}:
        return
    for node, name in calls(tree):
        last = name.rsplit(".", 1)[-1]
        if last in WRITERS and ".objects" in name:
            yield node.lineno, f"{name}() writes; only actions.py writes"


@rule
def ninja_in_api(path: Path, tree: ast.Module, text: str) -> Iterator[Finding]:
    """Law 7: only api.py imports django-ninja; only the stream, the lane and the root app are async."""
    asynchronous = {"xiaoer/kernel/stream.py", "xiaoer/kernel/lane.py", "xiaoer/asgi.py"}
    in_house = path.parts[0] == "xiaoer" and not is_test(path)
    for found in imports(tree):
        module = found.module if isinstance(found, ast.ImportFrom) else None
        if module and module.split(".")[0] == "ninja" and part_of(path) != "api":
            yield found.lineno, "django-ninja is imported only by api.py"
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncFunctionDef) and in_house and path.as_posix() not in asynchronous:
            yield node.lineno, "async code lives in kernel/stream.py, kernel/lane.py and asgi.py only"


@rule
def pure_rules(path: Path, tree: ast.Module, text: str) -> Iterator[Finding]:
    """Law 2: flow and rules know no Django, no clock, no I/O."""
    if part_of(path) not in ("flow", "rules") or not area_of(path) or area_of(path) == "kernel" or is_test(path):
        return
    bad = (
        "django",
        "ninja",
        "xiaoer.kernel.clock",
        "xiaoer.kernel.models",
        "xiaoer.kernel.events",
        "requests",
        "socket",
    )
    for node in imports(tree):
        module = (node.module or "") if isinstance(node, ast.ImportFrom) else ""
        names = [a.name for a in node.names]
        if isinstance(node, ast.ImportFrom):
            names = [module, *(f"{module}.{a.name}" for a in node.names)]
        if any(name == b or name.startswith(b + ".") for name in names for b in bad) or any(
            name.endswith((".models", ".queries", ".actions")) for name in names
        ):
            yield node.lineno, f"{names[0]} in a pure file; flow.py and rules.py know no Django, clock or I/O"


@rule
def own_models(path: Path, tree: ast.Module, text: str) -> Iterator[Finding]:
    """Law 3: another area is read through its queries and changed through its actions."""
    area = area_of(path)
    if not area or area == "demo" or is_test(path):
        return
    for node in imports(tree):
        module = (node.module or "") if isinstance(node, ast.ImportFrom) else ""
        parts = module.split(".")
        if len(parts) > 2 and parts[0] == "xiaoer" and parts[2] == "models" and parts[1] not in (area, "kernel"):
            yield node.lineno, f"{module} belongs to {parts[1]}; use its queries and actions"


@rule
def said_by_and_at(path: Path, tree: ast.Module, text: str) -> Iterator[Finding]:
    """Law 6: an action that writes into the journal is told who and when."""
    if part_of(path) != "actions" or not area_of(path) or is_test(path):
        return
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        names = {a.arg for a in (*node.args.args, *node.args.kwonlyargs)}
        speaks = any(name.split(".")[-1] == "announce" for _, name in calls(node))
        if speaks and not {"by", "at"} <= names:
            yield node.lineno, f"{node.name}() announces; it must take `by` and `at`"


@rule
def edge_transactions(path: Path, tree: ast.Module, text: str) -> Iterator[Finding]:
    """Law 5: transactions are opened at the edge with kernel.db.transaction, never inside actions or queries."""
    if is_test(path) or area_of(path) in ("kernel", "") or "migrations" in path.parts:
        return
    for node, name in calls(tree):
        if name.endswith("transaction.atomic"):
            yield node.lineno, "use kernel.db.transaction() at the edge"
        if name in ("transaction", "db.transaction") and part_of(path) in ("queries", "rules", "flow"):
            yield node.lineno, "a read or a rule opens no transaction"


@rule
def short(path: Path, tree: ast.Module, text: str) -> Iterator[Finding]:
    """Law 8: no file over 400 lines, no function over 50."""
    lines = text.count("\n")
    if lines > MAX_FILE:
        yield 1, f"{lines} lines; split by verb ({MAX_FILE} at most)"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MAX_FUNCTION:
                yield node.lineno, f"{node.name}() has {length} lines ({MAX_FUNCTION} at most)"


def check_python(path: Path, text: str, only: str | None = None) -> list[str]:
    """Findings in one file as `path:line rule message`."""
    tree = ast.parse(text)
    lines = text.splitlines()
    found = []
    for name, check in RULES.items():
        if only is not None and name != only:
            continue
        for line, message in check(path, tree, text):
            if "# law:" not in lines[line - 1]:
                found.append(f"{path.as_posix()}:{line} {name}: {message}")
    return found


def check_web(path: Path, text: str) -> list[str]:
    lines = text.count("\n")
    return [f"{path.as_posix()}:1 short: {lines} lines ({MAX_WEB} at most)"] if lines > MAX_WEB else []


def tree_files(*patterns: str) -> Iterator[Path]:
    skip = {"node_modules", ".venv", "var", "dist", "migrations", "examples", "__pycache__"}
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            relative = path.relative_to(ROOT)
            if not skip & set(relative.parts):
                yield relative


def check_tree() -> list[str]:
    found = []
    for path in tree_files("xiaoer/**/*.py", "tools/**/*.py", "bench/**/*.py", "tests/**/*.py", "*.py"):
        found += check_python(path, (ROOT / path).read_text(encoding="utf-8"))
    for path in tree_files("web/src/**/*.vue", "web/src/**/*.ts", "widget/src/**/*.ts"):
        if path.name != "schema.d.ts":
            found += check_web(path, (ROOT / path).read_text(encoding="utf-8"))
    return found


def selftest() -> list[str]:
    """Each rule passes its good example and catches its bad one."""
    wrong = []
    for name in RULES:
        for kind in ("good", "bad"):
            example = ROOT / "tools" / "examples" / name / f"{kind}.py"
            if not example.exists():
                wrong.append(f"{name}: no {kind} example")
                continue
            text = example.read_text(encoding="utf-8")
            pretended = Path(text.splitlines()[0].removeprefix("# path:").strip())
            if bool(check_python(pretended, text, name)) != (kind == "bad"):
                wrong.append(f"{name}: its {kind} example is judged wrongly")
    return wrong


def main() -> int:
    found = selftest() if "--selftest" in sys.argv else check_tree()
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
