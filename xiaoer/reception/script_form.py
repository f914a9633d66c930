"""What a script may hold (话术表单): every field checked, each wrong one named with its value."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import platform_names
from xiaoer.reception import guide, scripts, variables
from xiaoer.reception.models import QuickReply, Upload

LONGEST = {"title": 60, "text": 2000, "category": 32, "shortcut": 24, "variant": 32, "origin": 80}
FIELDS = (*LONGEST, "tags", "platforms", "style", "step", "uploads", "valid_from", "valid_until")
MOST_TAGS, LONGEST_TAG, MOST_UPLOADS = 8, 12, 6


def checked(
    values: Mapping[str, Any], *, shop_id: int | None = None, before: QuickReply | None = None
) -> dict[str, Any]:
    """The given values trimmed, or a refusal that names each wrong one. `before` is the script that is changed."""
    clean = {name: values[name] for name in FIELDS if name in values}
    wrong: dict[str, T] = {}
    _texts(clean, wrong)
    _lists(clean, wrong)
    for name, known in (("style", scripts.STYLES), ("step", guide.step_keys())):
        if clean.get(name) and clean[name] not in known:
            listed = "、".join(sorted(one for one in known if one))
            wrong[name] = T(f"没有「{clean[name]}」，可选：{listed}", f"No {clean[name]!r}; one of {listed}")
    _dates(clean, before, wrong)
    if clean.get("uploads") and shop_id is not None:
        held = set(Upload.objects.filter(pk__in=clean["uploads"], shop_id=shop_id).values_list("pk", flat=True))
        if gone := [pk for pk in clean["uploads"] if pk not in held]:
            wrong["uploads"] = T(f"文件 {gone[0]} 不存在，请重新上传", f"There is no file {gone[0]}; upload it again")
    if wrong:
        raise Invalid(fields=wrong)
    return clean


def _texts(clean: dict[str, Any], wrong: dict[str, T]) -> None:
    for name, longest in LONGEST.items():
        if name not in clean:
            continue
        clean[name] = value = str(clean[name] or "").strip()
        if name in ("title", "text") and not value:
            wrong[name] = T("必填", "Required")
        elif len(value) > longest:
            wrong[name] = T(
                f"最多 {longest} 字，现在 {len(value)} 字", f"At most {longest} characters, not {len(value)}"
            )
    if unknown := variables.unknown_variables(clean.get("text", "")):
        known = "、".join(f"{{{{{name}}}}} {label.zh}" for name, label in variables.VARIABLES.items())
        wrong["text"] = T(
            f"不认识的变量 {{{{{unknown[0]}}}}}，可用：{known}",
            f"Unknown variable {unknown[0]!r}; known: {', '.join(variables.VARIABLES)}",
        )


def _lists(clean: dict[str, Any], wrong: dict[str, T]) -> None:
    if "tags" in clean:
        clean["tags"] = tags = list(
            dict.fromkeys(" ".join(str(tag).split()) for tag in clean["tags"] if str(tag).strip())
        )
        if len(tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in tags):
            wrong["tags"] = T(
                f"最多 {MOST_TAGS} 个标签，每个最多 {LONGEST_TAG} 字",
                f"At most {MOST_TAGS} tags of {LONGEST_TAG} characters",
            )
    if "platforms" in clean:
        clean["platforms"] = list(dict.fromkeys(clean["platforms"]))
        if unknown := [one for one in clean["platforms"] if one not in platform_names()]:
            listed = "、".join(platform_names())
            wrong["platforms"] = T(f"没有平台「{unknown[0]}」，可选：{listed}", f"No platform {unknown[0]!r}; {listed}")
    if "uploads" in clean:
        clean["uploads"] = list(dict.fromkeys(clean["uploads"]))
        if len(clean["uploads"]) > MOST_UPLOADS:
            wrong["uploads"] = T(f"最多 {MOST_UPLOADS} 个图片或文件", f"At most {MOST_UPLOADS} pictures or files")


def _dates(clean: dict[str, Any], before: QuickReply | None, wrong: dict[str, T]) -> None:
    for name in ("valid_from", "valid_until"):
        if isinstance(value := clean.get(name), str):
            try:
                clean[name] = date.fromisoformat(value.strip()) if value.strip() else None
            except ValueError:
                wrong[name] = T(f"「{value}」不是日期，请按 2026-11-11 填写", f"{value!r} is no date; write 2026-11-11")
                return
    since = clean.get("valid_from", before.valid_from if before else None)
    until = clean.get("valid_until", before.valid_until if before else None)
    if since and until and until < since:
        wrong["valid_until"] = T(
            f"失效日期 {until} 早于生效日期 {since}", f"It ends ({until}) before it begins ({since})"
        )
