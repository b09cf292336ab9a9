"""The money. `PostingFactory` makes the batch's partition when it is missing; nothing here allocates."""

import datetime as dt
import hashlib
from decimal import Decimal
from typing import Any

import factory
from django.db import connection
from django.db.models import Sum
from factory.django import DjangoModelFactory

from finance import models
from finance.actions import budget_totals, totals
from finance.choices import AccountKind, ApprovalLevel, CodePart, MatchOperator, Sensitivity, VersionKind
from services.models import CostObject
from tests.factories.core import UserFactory
from tests.factories.services import ServiceFactory, UnitFactory, from_start
from vp_portal.core.periods import Period, Tertial

PERIOD = Period(202503)
BOOKED_AT = dt.datetime(2025, 4, 10, 8, 0, tzinfo=dt.UTC)


class ChartFactory(DjangoModelFactory):
    class Meta:
        model = models.ChartOfAccounts

    code = factory.Sequence(lambda n: f"plan{n}")
    name = factory.Sequence(lambda n: f"Kontoplan {n}")


class AccountGroupFactory(DjangoModelFactory):
    """`ranges=[("50", "59"), …]` adds the ranges."""

    class Meta:
        model = models.AccountGroup
        skip_postgeneration_save = True

    chart = factory.SubFactory(ChartFactory)
    code = factory.Sequence(lambda n: f"grupp{n}")
    name = factory.Sequence(lambda n: f"Kontogrupp {n}")
    kind = AccountKind.COST

    @factory.post_generation
    def ranges(self: Any, create: bool, value: Any, **kwargs: Any) -> None:
        for low, high in value or []:
            AccountRangeFactory(group=self, low=low, high=high)


class AccountRangeFactory(DjangoModelFactory):
    class Meta:
        model = models.AccountRange

    group = factory.SubFactory(AccountGroupFactory)
    low = "5000"
    high = "5999"


class SensitiveRangeFactory(DjangoModelFactory):
    """Accounts made later follow when `follow_sensitive_ranges` is called."""

    class Meta:
        model = models.SensitiveRange

    chart = factory.SubFactory(ChartFactory)
    low = "4011"
    high = "4999"
    sensitivity = Sensitivity.SENSITIVE


class AccountFactory(DjangoModelFactory):
    """In a group of its own unless one is given; the chart is the group's."""

    class Meta:
        model = models.Account

    group = factory.SubFactory(AccountGroupFactory)
    chart = factory.SelfAttribute("group.chart")
    code = factory.Sequence(lambda n: f"{5000 + n}")
    name = factory.LazyAttribute(lambda row: f"Konto {row.code}")


class CostCentreFactory(DjangoModelFactory):
    """`unit=unit` adds the dated link."""

    class Meta:
        model = models.CostCentre
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"{1000 + n}")
    name = factory.LazyAttribute(lambda row: f"Kostnadsställe {row.code}")

    @factory.post_generation
    def unit(self: Any, create: bool, value: Any, **kwargs: Any) -> None:
        if value:
            CostCentreUnitFactory(cost_centre=self, unit=value)


class CostCentreUnitFactory(DjangoModelFactory):
    class Meta:
        model = models.CostCentreUnit

    cost_centre = factory.SubFactory(CostCentreFactory)
    unit = factory.SubFactory(UnitFactory)
    valid = factory.LazyFunction(from_start)


class LedgerProjectFactory(DjangoModelFactory):
    class Meta:
        model = models.LedgerProject

    code = factory.Sequence(lambda n: f"P{n:04}")
    name = factory.LazyAttribute(lambda row: f"Projekt {row.code}")


class ActivityCodeFactory(DjangoModelFactory):
    class Meta:
        model = models.ActivityCode

    code = factory.Sequence(lambda n: f"V{n:03}")
    name = factory.LazyAttribute(lambda row: f"Verksamhet {row.code}")


class FunderFactory(DjangoModelFactory):
    class Meta:
        model = models.Funder

    code = factory.Sequence(lambda n: f"F{n:03}")
    name = factory.LazyAttribute(lambda row: f"Finansiär {row.code}")


class CounterpartyFactory(DjangoModelFactory):
    class Meta:
        model = models.Counterparty

    code = factory.Sequence(lambda n: f"M{n:03}")
    name = factory.LazyAttribute(lambda row: f"Motpart {row.code}")


class CodeStringFactory(DjangoModelFactory):
    class Meta:
        model = models.CodeString

    account = factory.SubFactory(AccountFactory)
    cost_centre = factory.SubFactory(CostCentreFactory)


class SourceFactory(DjangoModelFactory):
    class Meta:
        model = models.ImportSource

    code = factory.Sequence(lambda n: f"kalla{n}")
    name = factory.Sequence(lambda n: f"Källa {n}")
    chart = factory.SubFactory(ChartFactory)


class ProfileFactory(DjangoModelFactory):
    class Meta:
        model = models.ImportProfile

    code = factory.Sequence(lambda n: f"profil{n}")
    name = factory.Sequence(lambda n: f"Profil {n}")
    source = factory.SubFactory(SourceFactory)
    columns = factory.LazyFunction(lambda: {"Konto": "account", "Kst": "cost_centre", "Belopp": "amount"})


class HeaderNameFactory(DjangoModelFactory):
    class Meta:
        model = models.HeaderName

    name = factory.Sequence(lambda n: f"Egen rubrik {n}")
    role = "text"


class BatchFactory(DjangoModelFactory):
    class Meta:
        model = models.ImportBatch

    source = factory.SubFactory(SourceFactory)
    file_name = factory.Sequence(lambda n: f"huvudbok-{n}.csv")
    file_size = 1000
    sha256 = factory.LazyAttribute(lambda row: hashlib.sha256(row.file_name.encode()).hexdigest())
    file_format = "csv"
    encoding = "utf-8"
    row_count = 1
    total = Decimal("100.00")
    booked_at = BOOKED_AT


class UploadFactory(DjangoModelFactory):
    """Just received; its file is not on the disk."""

    class Meta:
        model = models.Upload

    file_name = factory.Sequence(lambda n: f"uppladdad-{n}.csv")
    file_size = 1000
    sha256 = factory.LazyAttribute(lambda row: hashlib.sha256(row.file_name.encode()).hexdigest())
    uploaded_by = factory.SubFactory(UserFactory)
    uploaded_at = BOOKED_AT
    changed_at = BOOKED_AT


class CellFactory(DjangoModelFactory):
    class Meta:
        model = models.LedgerCell

    batch = factory.SubFactory(BatchFactory)
    period = PERIOD
    code_string = factory.SubFactory(CodeStringFactory)
    amount = Decimal("100.00")
    row_count = 1


def add_up(batch: models.ImportBatch) -> None:
    """The batch's cells by account, as booking adds them up."""
    models.LedgerSum.objects.filter(batch=batch).delete()
    sums = batch.cells.order_by().values_list("period", "code_string__account")
    models.LedgerSum.objects.bulk_create(
        models.LedgerSum(batch=batch, period=period, account_id=account, amount=amount, row_count=rows)
        for period, account, amount, rows in sums.annotate(total=Sum("amount"), rows=Sum("row_count"))
    )


def ensure_partition(batch: models.ImportBatch) -> None:
    """The batch's own part of the table, when it has none."""
    name = f"finance_posting_of_test_{batch.pk}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NULL", [name])
        if cursor.fetchone()[0]:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
            cursor.execute(f"CREATE TABLE {name} PARTITION OF finance_posting FOR VALUES IN ({int(batch.pk)})")


class PostingFactory(DjangoModelFactory):
    """One row of the ledger, without a cell of its own: see `CellFactory`."""

    class Meta:
        model = models.Posting

    batch = factory.SubFactory(BatchFactory)
    line = factory.Sequence(lambda n: n + 2)
    period = PERIOD
    code_string = factory.SubFactory(CodeStringFactory)
    amount = Decimal("100.00")
    posted_on = dt.date(2025, 3, 14)
    voucher_no = factory.Sequence(lambda n: str(70000 + n))
    supplier_name = "Exempelbolaget AB"
    text = "Licens"

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        ensure_partition(kwargs["batch"])
        return super()._create(model_class, *args, **kwargs)


class RuleFactory(DjangoModelFactory):
    """`cost_object=` gets the whole, or `shares={service: Decimal("60.0000"), …}` (None: not by fixed shares);
    `conditions=[(CodePart.ACCOUNT, MatchOperator.PREFIX, "5"), …]`."""

    class Meta:
        model = models.AllocationRule
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Regel {n}")
    priority = factory.Sequence(lambda n: 10 * (n + 1))

    @factory.post_generation
    def cost_object(self: Any, create: bool, value: Any, **kwargs: Any) -> None:
        if value:
            ShareFactory(rule=self, cost_object=CostObject.objects.get(pk=value.pk))

    @factory.post_generation
    def shares(self: Any, create: bool, value: Any, **kwargs: Any) -> None:
        for target, share in (value or {}).items():
            ShareFactory(rule=self, cost_object=CostObject.objects.get(pk=target.pk), share=share)

    @factory.post_generation
    def conditions(self: Any, create: bool, value: Any, **kwargs: Any) -> None:
        for part, operator, *values in value or []:
            low, high = [*values, "", ""][:2]
            ConditionFactory(rule=self, part=part, operator=operator, low=low, high=high)


class ConditionFactory(DjangoModelFactory):
    class Meta:
        model = models.RuleCondition

    rule = factory.SubFactory(RuleFactory)
    part = CodePart.ACCOUNT
    operator = MatchOperator.PREFIX
    low = "5"


class ShareFactory(DjangoModelFactory):
    class Meta:
        model = models.AllocationShare

    rule = factory.SubFactory(RuleFactory)
    cost_object = factory.LazyFunction(lambda: CostObject.objects.get(pk=ServiceFactory().pk))
    share = Decimal("100.0000")


class DriverFactory(DjangoModelFactory):
    class Meta:
        model = models.Driver

    code = factory.Sequence(lambda n: f"nyckel{n}")
    name = factory.Sequence(lambda n: f"Nyckel {n}")
    unit = "användare"


class ConsumerFactory(DjangoModelFactory):
    class Meta:
        model = models.Consumer

    code = factory.Sequence(lambda n: f"FAK{n}")
    name = factory.Sequence(lambda n: f"Fakultet {n}")


class DriverValueFactory(DjangoModelFactory):
    class Meta:
        model = models.DriverValue

    driver = factory.SubFactory(DriverFactory)
    cost_object = factory.LazyFunction(lambda: CostObject.objects.get(pk=ServiceFactory().pk))
    period = Period(202501)
    value = Decimal(10)


class PeriodLockFactory(DjangoModelFactory):
    class Meta:
        model = models.PeriodLock

    period = PERIOD
    locked_at = BOOKED_AT
    reason = "Bokslut"


class RunFactory(DjangoModelFactory):
    """In force unless `in_force_from=None`; one at most can be."""

    class Meta:
        model = models.AllocationRun

    made_at = BOOKED_AT
    in_force_from = BOOKED_AT


class LineFactory(DjangoModelFactory):
    class Meta:
        model = models.AllocationLine

    run = factory.SubFactory(RunFactory)
    cell = factory.SubFactory(CellFactory)
    period = factory.SelfAttribute("cell.period")
    rule = factory.SubFactory(RuleFactory)
    cost_object = factory.LazyFunction(lambda: CostObject.objects.get(pk=ServiceFactory().pk))
    amount = factory.SelfAttribute("cell.amount")
    row_count = factory.SelfAttribute("cell.row_count")


class RollupFactory(DjangoModelFactory):
    """Unallocated unless a `cost_object` is given. The run's totals follow."""

    class Meta:
        model = models.CostRollup

    run = factory.SubFactory(RunFactory)
    period = PERIOD
    account_group = factory.SubFactory(AccountGroupFactory)
    cost_centre = factory.SubFactory(CostCentreFactory)
    amount = Decimal("100.00")
    row_count = 1

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        made = super()._create(model_class, *args, **kwargs)
        totals.add_up(made.run_id, [made.period])
        return made


class BudgetFactory(DjangoModelFactory):
    """A draft for 2025, without lines."""

    class Meta:
        model = models.BudgetVersion

    year = 2025
    name = factory.Sequence(lambda n: f"Budget {n}")
    made_at = BOOKED_AT


class ForecastFactory(BudgetFactory):
    kind = VersionKind.FORECAST
    tertial = Tertial(2025, 2)
    name = factory.Sequence(lambda n: f"Prognos {n}")


class BudgetLineFactory(DjangoModelFactory):
    """On a cost centre, unless a cost object is given instead. The version's totals follow."""

    class Meta:
        model = models.BudgetLine

    version = factory.SubFactory(BudgetFactory)
    period = PERIOD
    cost_centre = factory.SubFactory(CostCentreFactory)
    account_group = factory.SubFactory(AccountGroupFactory)
    amount = Decimal("100.00")

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        made = super()._create(model_class, *args, **kwargs)
        budget_totals.add_up(made.version_id)
        return made


class ApprovalFactory(DjangoModelFactory):
    class Meta:
        model = models.BudgetApproval

    version = factory.SubFactory(BudgetFactory)
    level = ApprovalLevel.UNIT
    unit = factory.SubFactory(UnitFactory)
    due = dt.date(2025, 10, 1)


class FundingSourceFactory(DjangoModelFactory):
    """`groups=[group, …]` and `accounts=[account, …]` show its income."""

    class Meta:
        model = models.FundingSource
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"finansiering{n}")
    name = factory.Sequence(lambda n: f"Finansiering {n}")
    position = factory.Sequence(lambda n: n)

    @factory.post_generation
    def groups(self: Any, create: bool, value: Any, **kwargs: Any) -> None:
        for group in value or []:
            FundingIncomeFactory(source=self, account_group=group)

    @factory.post_generation
    def accounts(self: Any, create: bool, value: Any, **kwargs: Any) -> None:
        for account in value or []:
            FundingIncomeFactory(source=self, account_group=None, account=account)


class FundingIncomeFactory(DjangoModelFactory):
    class Meta:
        model = models.FundingIncome

    source = factory.SubFactory(FundingSourceFactory)
    account_group = factory.SubFactory(AccountGroupFactory, kind=AccountKind.INCOME)


class FundingShareFactory(DjangoModelFactory):
    """The whole of a cost object's funding, unless a smaller share is given: then others have to make up the rest."""

    class Meta:
        model = models.FundingShare

    cost_object = factory.LazyFunction(lambda: CostObject.objects.get(pk=ServiceFactory().pk))
    source = factory.SubFactory(FundingSourceFactory)
    share = Decimal("100.00")
    registry_no = "UFV 2025/123"
    valid = factory.LazyFunction(from_start)


class FundingProposalFactory(DjangoModelFactory):
    """Waits, and proposes the whole of one source."""

    class Meta:
        model = models.FundingProposal
        skip_postgeneration_save = True

    cost_object = factory.LazyFunction(lambda: CostObject.objects.get(pk=ServiceFactory().pk))
    first = dt.date(2026, 1, 1)
    reason = "Enligt överenskommelsen."
    made_by = factory.SubFactory(UserFactory)
    made_at = dt.datetime(2025, 9, 1, 8, 0, tzinfo=dt.UTC)

    @factory.post_generation
    def share(self: Any, create: bool, value: Any, **kwargs: Any) -> None:
        models.FundingProposalShare.objects.create(
            proposal=self, source=FundingSourceFactory(), share=value or Decimal("100.00")
        )


class VarianceCommentFactory(DjangoModelFactory):
    class Meta:
        model = models.VarianceComment

    version = factory.SubFactory(BudgetFactory)
    period = PERIOD
    unit = factory.SubFactory(UnitFactory)
    text = "Licenserna blev dyrare"
    outcome = Decimal("200000.00")
    planned = Decimal("50000.00")
    made_at = BOOKED_AT


class PostingFlagFactory(DjangoModelFactory):
    """Of a row that is told by its number alone."""

    class Meta:
        model = models.PostingFlag

    batch = factory.SubFactory(BatchFactory)
    posting = factory.Sequence(lambda n: 10**9 + n)
    period = PERIOD
    code_string = factory.SubFactory(CodeStringFactory)
    amount = Decimal("100.00")
    wrong = "Fel kostnadsställe"
    to_cost_centre = factory.SubFactory(CostCentreFactory)
    made_by = factory.SubFactory(UserFactory)
    made_at = BOOKED_AT
