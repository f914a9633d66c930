"""What an invoice carries now, and what a request still lacks."""

from datetime import datetime
from typing import Any

from xiaoer.kernel.i18n import T
from xiaoer.orders import invoice_rules, invoice_tax
from xiaoer.orders.models import Invoice
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule


def gaps_of(row: Invoice) -> dict[str, T]:
    """What a request read from a remark still lacks before it can be issued."""
    if row.sort == "red" or row.state != "requested":
        return {}
    if not row.title:
        return {"title": T("买家没写抬头，请询问后补上", "No title was written; ask the buyer")}
    return invoice_tax.check(row.kind, row.title, row.tax_no, special=row.type == "special").wrong


def printed(row: Invoice) -> tuple[list[dict[str, Any]], int]:
    """The goods and the amount that this row will carry, or carries."""
    if row.amount_fen is not None:
        return list(row.content), row.amount_fen
    amount = invoice_rules.amount_of(row.order)
    lines = sorted(row.order.lines.all(), key=lambda line: (line.line_no, line.pk))
    return invoice_rules.content_of(row.order, lines, amount), amount


SPECIAL_WORDS = ("专用", "special", "增值税专用发票")


def issues_special(shop_id: int, at: datetime) -> bool:
    """Whether the shop can issue special VAT invoices (R354)."""
    kinds = rule("invoice_types", shop=shop_facts(shop_id), at=at).value
    return any(word in SPECIAL_WORDS for word in kinds)


def fitting_form(schema: dict[str, Any] | None, special: bool) -> dict[str, Any] | None:
    """The request form without what only special invoices need, where the shop issues none."""
    if special or schema is None or "company" not in schema.get("properties", {}):
        return schema
    kept = {name: field for name, field in schema["properties"].items() if name not in ("company", "type")}
    return {**schema, "properties": kept}
