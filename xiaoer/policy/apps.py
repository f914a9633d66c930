from typing import Any

from django.apps import AppConfig


def _rule(key: str, **where: Any) -> Any:
    from xiaoer.policy.queries import rule

    return rule(key, **where)


class PolicyConfig(AppConfig):
    name = "xiaoer.policy"
    label = "policy"

    def ready(self) -> None:
        from xiaoer.kernel import moving
        from xiaoer.kernel.wiring import load_area

        load_area(self.name)
        moving.use_rules(_rule)
