"""Everything that changes a watched order."""

from xiaoer.care.actions.watching import by_clock, close_order, late, news, notice, open_watches, perform

__all__ = ["by_clock", "close_order", "late", "news", "notice", "open_watches", "perform"]
