"""The vocabulary that every installation starts with: roles, charts of accounts, sources, profiles, sub-portfolios,
sources of funding, header names.

The tables in `fixtures/reference/` are seeds. What an administrator has changed since stays as it is, but for rights
that an earlier version gave a role and that it is no longer to have: `roles_before` lists them.
"""

import json
from dataclasses import dataclass, field

from django.contrib.auth.models import Group, Permission
from django.db import models, transaction

from finance.choices import plain
from finance.models import (
    AccountGroup,
    AccountRange,
    ChartOfAccounts,
    FundingIncome,
    FundingSource,
    HeaderName,
    ImportProfile,
    ImportSource,
    SensitiveRange,
)
from services.models import SubPortfolio
from vp_portal.core import audit
from vp_portal.core.access import Role
from vp_portal.core.choices import AuditEvent
from vp_portal.overview.demo.files import FIXTURES, rows


@dataclass
class Loaded:
    """How many rows were made, by the model's name in the plural; and the rights that were taken from roles."""

    made: dict[str, int] = field(default_factory=dict)
    taken: int = 0

    def count(self, model: type[models.Model], number: int = 1) -> None:
        name = str(model._meta.verbose_name_plural)
        self.made[name] = self.made.get(name, 0) + number


@transaction.atomic
def load() -> Loaded:
    """Makes what is missing. A second run makes nothing and leaves no history."""
    loaded = Loaded()
    _roles(loaded)
    _charts(loaded)
    _sources(loaded)
    _funding(loaded)
    _header_names(loaded)
    for row in rows("reference/sub_portfolios"):
        _make(loaded, SubPortfolio, {"code": row["code"]}, name=row["name"])
    return loaded


def _make(loaded: Loaded, model: type[models.Model], key: dict[str, object], **values: object) -> models.Model | None:
    """The row if it was made now; None when there was one already."""
    if model._default_manager.filter(**key).exists():
        return None
    row = model(**key, **values)
    row.full_clean()
    row.save()
    loaded.count(model)
    return row


def _roles(loaded: Loaded) -> None:
    for role in Role:
        if Group.objects.get_or_create(name=role.value)[1]:
            loaded.count(Group)
    for row in rows("reference/roles"):
        group = Group.objects.get(name=row["role"])
        missing = _permissions(row["registers"], row["rights"]).exclude(pk__in=group.permissions.values("pk"))
        if missing:
            loaded.count(Permission, len(missing))
            group.permissions.add(*missing)
    _take_back(loaded)


def _take_back(loaded: Loaded) -> None:
    """A right that is taken is a change of rights: it stands in the audit log."""
    now = {(row["role"], right) for row in rows("reference/roles") for right in _keys(row)}
    for row in rows("reference/roles_before"):
        group = Group.objects.get(name=row["role"])
        gone = [right for right in _keys(row) if (row["role"], right) not in now]
        held = list(group.permissions.filter(pk__in=gone).order_by("codename"))
        if not held:
            continue
        group.permissions.remove(*held)
        loaded.taken += len(held)
        names = [f"{right.content_type.app_label}.{right.codename}" for right in held]
        audit.record(AuditEvent.RIGHTS_CHANGED, target=group, what="withdrawn", rights=names)


def _keys(row: dict[str, str]) -> list[int]:
    return list(_permissions(row["registers"], row["rights"]).values_list("pk", flat=True))


def _permissions(registers: str, rights: str) -> models.QuerySet[Permission]:
    """The rights to registers such as `goals.*` or `finance.account`. History has no rights of its own."""
    wanted = models.Q(pk__in=[])
    for register in registers.split():
        app, model = register.split(".")
        names = models.Q(content_type__app_label=app)
        if model != "*":
            names &= models.Q(content_type__model=model)
        for right in rights.split():
            wanted |= names & models.Q(codename__startswith=f"{right}_")
    return Permission.objects.filter(wanted).exclude(content_type__model__startswith="historical")


def _charts(loaded: Loaded) -> None:
    for row in rows("reference/charts"):
        _make(loaded, ChartOfAccounts, {"code": row["code"]}, name=row["name"])
    charts = {chart.code: chart for chart in ChartOfAccounts.objects.all()}
    for row in rows("reference/account_groups"):
        group = _make(
            loaded,
            AccountGroup,
            {"chart": charts[row["chart"]], "code": row["code"]},
            name=row["name"],
            kind=row["kind"],
            position=int(row["position"]),
        )
        # Ranges come with their group: an administrator may since have drawn them anew.
        for low, high in (text.split("-") for text in row["ranges"].split()) if group else ():
            _make(loaded, AccountRange, {"group": group, "low": low, "high": high})
    # As with groups: a chart that has sensitive ranges has been looked at.
    bare = {code for code, chart in charts.items() if not chart.sensitive_ranges.exists()}
    for row in rows("reference/sensitive_ranges"):
        if row["chart"] in bare:
            key = {"chart": charts[row["chart"]], "low": row["low"], "high": row["high"]}
            _make(loaded, SensitiveRange, key, sensitivity=int(row["sensitivity"]), note=row["note"])


def _sources(loaded: Loaded) -> None:
    charts = {chart.code: chart for chart in ChartOfAccounts.objects.all()}
    taken = ImportSource.objects.filter(is_default=True).exists()
    for row in rows("reference/import_sources"):
        default = bool(row["default"]) and not taken
        _make(
            loaded,
            ImportSource,
            {"code": row["code"]},
            name=row["name"],
            chart=charts[row["chart"]],
            is_default=default,
        )
    sources = {source.code: source for source in ImportSource.objects.all()}
    for profile in json.loads((FIXTURES / "reference" / "import_profiles.json").read_text(encoding="utf-8")):
        _make(
            loaded,
            ImportProfile,
            {"code": profile["code"]},
            name=profile["name"],
            source=sources[profile["source"]],
            columns=profile["columns"],
            decimal_mark=profile["decimal_mark"],
        )


def _funding(loaded: Loaded) -> None:
    """The groups that show a source's income come with it, unless they show another's by now."""
    groups = {f"{group.chart.code}.{group.code}": group for group in AccountGroup.objects.select_related("chart")}
    for row in rows("reference/funding_sources"):
        source = _make(
            loaded,
            FundingSource,
            {"code": row["code"]},
            name=row["name"],
            position=int(row["position"]),
            is_unfunded=bool(row["unfunded"]),
        )
        for group in (groups.get(code) for code in row["groups"].split()) if source else ():
            if group and not FundingIncome.objects.filter(account_group=group).exists():
                _make(loaded, FundingIncome, {"source": source, "account_group": group})


def _header_names(loaded: Loaded) -> None:
    """A name that has been here once, and has another spelling by now or is gone, was changed on purpose."""
    seen = set(HeaderName.history.values_list("folded", flat=True)) | HeaderName.objects.roles().keys()
    for row in rows("reference/header_names"):
        if plain(row["name"]) not in seen:
            _make(loaded, HeaderName, {"name": row["name"]}, role=row["role"])
