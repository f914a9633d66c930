"""The lint rules of the house catch what they claim to catch."""

from tools import house_lint


def test_every_rule_passes_its_good_example_and_catches_its_bad_one() -> None:
    assert house_lint.selftest() == []
