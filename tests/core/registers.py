"""Rows of every register, for tests that walk the admin."""

from django.contrib import admin

from tests.factories import core, finance, goals, services

#: How to make a row of each registered model.
MAKE = {
    factory._meta.model: factory
    for module in (core, services, goals, finance)
    for factory in vars(module).values()
    if isinstance(factory, type) and hasattr(factory, "_meta") and not factory._meta.abstract
    if factory is not core.AdminUserFactory
}
HAND_MADE = {"auth.Group", "services.CostObject"}
REGISTERS = sorted(
    (model for model in admin.site._registry if model._meta.label not in HAND_MADE), key=lambda model: model._meta.label
)


def ids(model: type) -> str:
    return model._meta.label


def address(model: type, page: str, *args: object) -> str:
    from django.urls import reverse

    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)
