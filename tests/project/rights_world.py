"""A small portal with everything twice: what the one who asks has, and what someone else has."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.contrib.sessions.models import Session

from finance.actions import allocation
from finance.choices import CodePart, MatchOperator
from finance.models import CodeString, HandAssignment, LedgerCell, PostingFlag
from tests.core.registers import MAKE
from tests.factories import finance, goals, services
from tests.factories.core import UserFactory
from vp_portal.core.access import Role
from vp_portal.core.models import SignInSession, User
from vp_portal.core.periods import Period
from vp_portal.overview import reference

AT = dt.datetime(2025, 9, 1, 8, 0, tzinfo=dt.UTC)
_OF_POSTING = [f"finance:{name}" for name in ("posting", "assign", "take_back", "flag", "like")]
OWN, OTHER = "own", "other"
#: What tells that a page holds someone's money, as written with öre and in thousands. Blanks don't count.
MONEY = {OWN: ("3219000", "3219"), OTHER: ("7654000", "7654")}
NAME = {OWN: "Anka", OTHER: "Zebra"}


class World:
    """`users` by who asks; `own` and `other` hold unit, centre, service, batch, result by name."""

    def __init__(self) -> None:
        reference.load()
        people = {who: services.PersonFactory(user=UserFactory()) for who in ("line_manager", "cost_owner", "nobody")}
        self.users: dict[str, User] = {role.value: UserFactory(role=role) for role in Role}
        self.users |= {who: people[who].user for who in ("line_manager", "cost_owner")}
        root = services.UnitFactory(code="ITD", name="Avdelningen")
        plan = goals.PlanFactory(unit=root, first_year=2025, last_year=2027)
        focus = goals.FocusAreaFactory(plan=plan)
        self.account = finance.AccountFactory(group=finance.AccountGroupFactory(ranges=[("50", "59")]))
        self.source = finance.SourceFactory(chart=self.account.chart)
        finance.DriverFactory()
        bosses = {OWN: people["line_manager"], OTHER: people["nobody"]}
        owners = {OWN: people["cost_owner"], OTHER: people["nobody"]}
        self.things: dict[str, dict[str, Any]] = {
            whose: self._things(whose, root, focus, bosses[whose], owners[whose]) for whose in (OWN, OTHER)
        }
        self.version = goals.DecidedPlanFactory(plan=plan)
        self.export = goals.PlanExportFactory(plan=plan, asked_by=self.users[Role.PLAN_OWNER])
        self.budget = self._budget()
        self.session_of_another = self._session(people["nobody"].user)
        self.run = allocation.run(by=self.users[Role.CONTROLLER], at=AT)

    @staticmethod
    def _session(user: User) -> SignInSession:
        session = Session.objects.create(session_key="x" * 32, expire_date=AT + dt.timedelta(days=9999))
        return SignInSession.objects.create(session=session, user=user, started=AT, seen=AT)

    def _things(self, whose: str, root: Any, focus: Any, boss: Any, owner: Any) -> dict[str, Any]:
        name = NAME[whose]
        unit = services.UnitFactory(name=f"{name}enheten", parent=root, manager=boss)
        centre = finance.CostCentreFactory(name=f"{name}stället", unit=unit)
        service = services.ServiceFactory(name=f"{name}tjänsten", cost_owner=owner)
        conditions = [(CodePart.COST_CENTRE, MatchOperator.EXACT, centre.code)]
        rule = finance.RuleFactory(cost_object=service, conditions=conditions)
        batch = finance.BatchFactory(source=self.source, booked_at=AT, total=Decimal(MONEY[whose][0]))
        posting = finance.PostingFactory(
            batch=batch,
            code_string=CodeString.objects.create(account=self.account, cost_centre=centre),
            period=Period(202507),
            amount=Decimal(MONEY[whose][0]),
            text=f"{name}licens",
            supplier_name=f"{name}bolaget",
        )
        LedgerCell.objects.create(
            batch=batch, period=posting.period, code_string=posting.code_string, amount=posting.amount, row_count=1
        )
        finance.add_up(batch)
        result = goals.ExpectedResultFactory(focus_area=focus, owner=boss, reviewer=owner if owner != boss else None)
        section = goals.PlanSectionFactory(plan=focus.plan, author=boss)
        upload = finance.UploadFactory(uploaded_by=self.users[Role.CONTROLLER])
        return {
            "unit": unit,
            "centre": centre,
            "service": service,
            "batch": batch,
            "result": result,
            "section": section,
            "upload": upload,
            "posting": posting,
            "rule": rule,
            "proposal": finance.FundingProposalFactory(
                cost_object_id=service.pk, made_by=self.users[Role.CONTROLLER], reason=f"{name}skäl"
            ),
            **self._said(posting, service, name),
        }

    def _said(self, posting: Any, service: Any, name: str) -> dict[str, Any]:
        """A flag of the row, and a home by hand whose batch is gone."""
        said = {"period": posting.period, "code_string": posting.code_string, "amount": posting.amount}
        said |= {"made_by": self.users[Role.CONTROLLER], "made_at": AT}
        gone = finance.BatchFactory(source=self.source, booked_at=AT, ended_at=AT)
        hand = {"batch": gone, "posting": 10**9 + posting.pk, "reason": f"{name}skäl"}
        flag = {"batch": posting.batch, "posting": posting.pk, "wrong": f"{name}fel"}
        return {
            "lost": HandAssignment.objects.create(**said, **hand, cost_object_id=service.pk),
            "flag": PostingFlag.objects.create(**said, **flag, to_cost_object_id=service.pk),
        }

    def _budget(self) -> Any:
        """A budget that waits for approval, with a line and an approval for each of the two."""
        version = finance.BudgetFactory(year=2025, state="submitted", made_by=self.users[Role.CONTROLLER])
        for whose, thing in self.things.items():
            own = {"version": version, "account_group": self.account.group, "amount": Decimal(MONEY[whose][0])}
            finance.BudgetLineFactory(cost_centre=thing["centre"], **own)
            finance.BudgetLineFactory(cost_centre=None, cost_object_id=thing["service"].pk, **own)
            thing["approval"] = finance.ApprovalFactory(version=version, unit=thing["unit"])
        return version

    def arguments(self, address: str, whose: str) -> dict[str, Any]:
        """What the address takes, for one of the two."""
        thing = self.things[whose or OTHER]
        if address.startswith("finance:upload") and address not in ("finance:upload_new", "finance:upload_receive"):
            return {"pk": thing["upload"].pk}
        if address.startswith("goals:section") and address != "goals:section_new":
            return {"pk": thing["section"].pk}
        if address in ("goals:version", "goals:version_changes"):
            return {"pk": self.version.pk}
        if address in ("goals:export_job", "goals:export_file"):
            return {"key": str(self.export.pk)}
        if address.startswith(("finance:budget_", "finance:forecast_")) or address == "finance:budget":
            more = {"approval": thing["approval"].pk} if address == "finance:budget_answer" else {}
            return {} if address == "finance:budget_new" else {"pk": self.budget.pk, **more}
        return {
            "overview:unit": {"code": thing["unit"].code},
            "overview:cost_object": {"code": thing["service"].code},
            "goals:result": {"number": thing["result"].number},
            "goals:measure": {"code": "I16"},
            "goals:check_in": {"number": thing["result"].number},
            "goals:draft": {"number": thing["result"].number},
            "goals:feed": {"token": "x" * 43},
            "goals:reading": {"number": thing["result"].number},
            "goals:review": {"number": thing["result"].number},
            "finance:batch": {"pk": thing["batch"].pk},
            "finance:original": {"pk": thing["batch"].pk},
            "finance:original_row": {"pk": thing["batch"].pk, "line": 2},
            "finance:undo": {"pk": thing["batch"].pk},
            "finance:funding_model": {"kind": "object", "code": thing["service"].code},
            "finance:funding_remove": {"kind": "object", "code": thing["service"].code, "first": "2025-01-01"},
            "finance:funding_propose": {"code": thing["service"].code},
            "finance:funding_answer": {"pk": thing["proposal"].pk},
            "finance:explain": {"number": 202504, "kind": "unit", "pk": thing["unit"].pk},
            **{name: {"batch": thing["batch"].pk, "pk": thing["posting"].pk} for name in _OF_POSTING},
            "finance:renew_hand": {"pk": thing["lost"].pk},
            "finance:let_go_hand": {"pk": thing["lost"].pk},
            "finance:answer_flag": {"pk": thing["flag"].pk},
            "finance:rule": {"pk": thing["rule"].pk},
            "finance:use_rule": {"pk": thing["rule"].pk},
            "finance:run": {"pk": self.run.pk},
            "finance:lock_period": {"number": 202507},
            "finance:unlock_period": {"number": 202507},
            "end_session": {"pk": self.session_of_another.pk},
            "mfa_edit_webauthn": {"pk": 1},
            "mfa_remove_webauthn": {"pk": 1},
            "new_password": {"uidb64": "MQ", "token": "x-y"},
            "admin:auth_user_password_change": {"id": str(self.users["reader"].pk)},
        }.get(address, {})

    def words(self, whose: str) -> dict[str, str]:
        """What stands in braces in a query."""
        thing = self.things[whose or OTHER]
        return {
            "unit": thing["unit"].code,
            "centre": thing["centre"].code,
            "service": thing["service"].code,
            "group": f"{self.account.chart.code}.{self.account.group.code}",
            "batch": str(thing["batch"].pk),
            "text": NAME[whose or OTHER],
        }


def rows_of_registers() -> dict[Any, Any]:
    """A row of each register, made where the world has none."""
    return {model: model._default_manager.first() or MAKE[model]() for model in admin.site._registry}
