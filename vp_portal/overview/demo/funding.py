"""The demo's funding: the accounts that show each source's income, and a model for all but a few."""

import datetime as dt
from decimal import Decimal

from django.db.backends.postgresql.psycopg_any import DateRange

from finance.models import Account, FundingIncome, FundingShare, FundingSource, LedgerProject
from services.models import CostObject
from vp_portal.overview.demo.calendar import Calendar
from vp_portal.overview.demo.files import rows
from vp_portal.overview.demo.store import Store, history_at


def make_funding(store: Store, calendar: Calendar) -> None:
    """After the accounts and the catalogue."""
    sources = {source.code: source for source in FundingSource.objects.all()}
    with history_at(calendar.began):
        for source in sources.values():
            store.save(source)
    accounts = {account.code: account for account in Account.objects.all()}
    store.save_all(
        FundingIncome,
        [
            FundingIncome(source=sources[row["source"]], account=accounts[row["account"]])
            for row in rows("demo/funding_incomes")
        ],
    )
    targets = {target.code: target for target in CostObject.objects.all()}
    projects = {project.code: project for project in LedgerProject.objects.all()}
    made = [
        FundingShare(
            cost_object=targets.get(row["target"]),
            project=projects.get(row["target"]),
            source=sources[source],
            share=Decimal(share),
            registry_no=row["registry_no"],
            valid=_days(calendar, row),
        )
        for row in rows("demo/funding")
        for source, share in (text.split() for text in row["shares"].split("|"))
    ]
    store.save_all(FundingShare, made)


def _days(calendar: Calendar, row: dict[str, str]) -> DateRange:
    """A model holds from the start of a year: `Y-1` is last year's."""
    return DateRange(_new_year(calendar, row["first"]), _new_year(calendar, row["before"]), "[)")


def _new_year(calendar: Calendar, text: str) -> dt.date | None:
    return dt.date(calendar.today.year + int(text[1:] or 0), 1, 1) if text else None
