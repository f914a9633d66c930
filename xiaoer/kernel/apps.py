from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "xiaoer.kernel"
    label = "kernel"
