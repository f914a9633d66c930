"""Writes of the guard: findings, versions of a shop's rules, appeals."""

from xiaoer.guard.actions.hits import REASON_LENGTH, excerpt, record_hits

__all__ = ["REASON_LENGTH", "excerpt", "record_hits"]
