"""Addresses in the admin, for those who may change what is there. Empty for others."""

from typing import Any

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from vp_portal.core.access import Role, has_role
from vp_portal.core.models import User
from vp_portal.overview.reports.units import Node


def change(user: User | AnonymousUser, app: str, model: str, pk: object) -> str:
    return reverse(f"admin:{app}_{model}_change", args=[pk]) if user.has_perm(f"{app}.change_{model}") else ""


def add(user: User | AnonymousUser, app: str, model: str, query: str = "") -> str:
    return reverse(f"admin:{app}_{model}_add") + query if user.has_perm(f"{app}.add_{model}") else ""


def funding(user: User | AnonymousUser, code: str) -> str:
    """To where a model is set, which is not in the admin."""
    return reverse("finance:funding_model", args=["object", code]) + "#model" if has_role(user, Role.CONTROLLER) else ""


def for_cost_object(user: User | AnonymousUser, own: Any) -> dict[str, str]:
    """To the object itself, to a new cost owner, a model of its funding and new staffing."""
    return {
        "change": change(user, "services", own._meta.model_name, own.pk),
        "cost_owner": add(user, "services", "costowner", f"?cost_object={own.pk}"),
        "funding": funding(user, own.code),
        "assignment": add(user, "services", "assignment", f"?cost_object={own.pk}"),
    }


def for_unit(user: User | AnonymousUser, node: Node) -> dict[str, str]:
    """To the unit itself and to a new manager of it."""
    return {
        "change": change(user, "services", "orgunit", node.pk),
        "manager": add(user, "services", "unitmanager", f"?unit={node.pk}"),
    }


#: The registers that someone new to the portal has to keep, in that order.
_REGISTERS = (
    ("core", "user"),
    ("services", "person"),
    ("services", "orgunit"),
    ("services", "servicearea"),
    ("services", "service"),
    ("services", "maintenanceobject"),
    ("finance", "costcentre"),
    ("finance", "allocationrule"),
    ("goals", "expectedresult"),
)


def registers(user: User | AnonymousUser) -> list[dict[str, str]]:
    """The registers that the user may open: label and address."""
    found = []
    for app, name in _REGISTERS:
        model = apps.get_model(app, name)
        if user.has_perm(f"{app}.view_{name}"):
            label = str(model._meta.verbose_name_plural)
            found.append({"label": label[:1].upper() + label[1:], "url": reverse(f"admin:{app}_{name}_changelist")})
    return found
