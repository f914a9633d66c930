"""Whose a journal line is: permission, audience, and machines (Viewer.reads)."""

import pytest

from xiaoer.kernel.access import ROLE_PERMS, Perm, Role, Viewer, Who

SHOP = 1


def viewer(kind: str, perms: frozenset[Perm] | set[Perm], *teams: int) -> Viewer:
    return Viewer(Who(kind, 4), {SHOP: frozenset(perms)}, team_ids=frozenset(teams))


@pytest.mark.parametrize(
    ("audience", "seen"),
    [(None, True), ("staff:4", True), ("staff:5", False), ("team:3", True), ("team:9", False), ("nobody", False)],
)
def test_an_agent_hears_her_talks_and_the_queue(audience: str | None, seen: bool) -> None:
    for role in (Role.PRE_SALES, Role.VENDOR_AGENT):
        assert viewer("staff", ROLE_PERMS[role], 3).reads(SHOP, Perm.CHAT, audience) is seen


@pytest.mark.parametrize("role", [Role.OWNER, Role.SUPERVISOR, Role.INSPECTOR])
def test_who_may_see_all_talks_hears_all(role: Role) -> None:
    for audience in (None, "staff:5", "team:9", "nobody"):
        assert viewer("staff", ROLE_PERMS[role]).reads(SHOP, Perm.CHAT, audience)


@pytest.mark.parametrize("role", [Role.WAREHOUSE, Role.FINANCE, Role.CLERK, Role.TRAINER])
def test_who_does_not_chat_hears_no_talk(role: Role) -> None:
    assert not viewer("staff", ROLE_PERMS[role]).reads(SHOP, Perm.CHAT, None)
    assert viewer("staff", ROLE_PERMS[role]).reads(SHOP, "", None)


def test_another_shops_line_is_nobodys_business() -> None:
    assert not viewer("staff", frozenset(Perm)).reads(2, "", None)


def test_a_token_reads_what_its_scopes_say() -> None:
    """A line without a permission is the audit's to a machine; talks it reads all or none."""
    orders = viewer("token", {Perm.ORDERS_VIEW})
    assert orders.reads(SHOP, Perm.ORDERS_VIEW, None)
    assert not orders.reads(SHOP, "", None) and not orders.reads(SHOP, Perm.CHAT, None)
    assert not viewer("token", {Perm.CHAT}).reads(SHOP, Perm.CHAT, None)
    assert viewer("token", {Perm.CHAT, Perm.CHAT_ALL}).reads(SHOP, Perm.CHAT, "staff:5")
    assert viewer("token", {Perm.JOURNAL_VIEW}).reads(SHOP, "", None)
