"""Half a correction of flagged rows: later rows that take the amount back, or have it where it should be.

A whole one ends the flag by itself (`actions.flags`). Half is shown as a match that a controller decides on.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from finance.models import CodeString, ImportBatch, Posting, PostingFlag
from vp_portal.core.models import User

#: What a flag can say of the codes: its field, and the part of the code string.
_PARTS = (("to_account_id", "account_id"), ("to_cost_centre_id", "cost_centre_id"), ("to_project_id", "project_id"))
#: The matches of a flag that are shown.
SHOWN = 3


@dataclass(frozen=True)
class Half:
    """A row of a later import. `takes_back`: it's on the old codes, with the amount turned; else on the right ones."""

    row: Posting
    takes_back: bool

    @property
    def key(self) -> str:
        return f"{self.row.batch_id}-{self.row.pk}"


def halves(user: User | AnonymousUser, on: dt.date, flags: Iterable[PostingFlag]) -> Mapping[int, Sequence[Half]]:
    """Open flag's key → the rows that the user may see, the earliest first. Two queries; none without open flags."""
    waiting = [held for held in flags if held.is_open and held.has_row]
    if not waiting:
        return {}
    right = _right_strings(waiting)
    asked = [_condition(held, right) for held in waiting]
    taken = PostingFlag.objects.filter(found_posting__isnull=False).values("found_posting")
    rows = Posting.objects.visible_to(user, on).filter(
        reduce(or_, asked), batch__in=ImportBatch.objects.in_force().values("pk")
    )
    rows = rows.exclude(pk__in=taken).select_related("batch", "code_string__account")
    rows = rows.order_by("batch", "line")
    found: dict[int, list[Half]] = defaultdict(list)
    for row in rows:
        for held in waiting:
            if row.batch.source_id == held.batch.source_id and row.batch_id > held.batch_id:
                if row.code_string_id == held.code_string_id and row.amount == -held.amount:
                    found[held.pk].append(Half(row, takes_back=True))
                elif row.code_string_id in right[held.pk] and row.amount == held.amount:
                    found[held.pk].append(Half(row, takes_back=False))
    return {pk: rows[:SHOWN] for pk, rows in found.items()}


def _right_strings(flags: Sequence[PostingFlag]) -> dict[int, set[int]]:
    """Flag's key → the code strings where it should be, the parts that nothing is said of as they were. One query."""
    wanted = {held.pk: _wanted(held) for held in flags}
    asked: list[Q] = [Q(**parts) for parts in wanted.values() if parts]
    if not asked:
        return {held.pk: set() for held in flags}
    names = [name for _field, name in _PARTS]
    strings = list(CodeString.objects.filter(reduce(or_, asked)).values("pk", *names))
    return {
        pk: {string["pk"] for string in strings if parts and all(string[name] == parts.get(name) for name in names)}
        for pk, parts in wanted.items()
    }


def _wanted(held: PostingFlag) -> dict[str, Any]:
    if all(getattr(held, field) is None for field, _name in _PARTS):
        return {}  # only the cost object is wrong: the ledger can't tell
    codes = held.code_string
    parts = {name: getattr(held, field) or getattr(codes, name) for field, name in _PARTS}
    return {name: key for name, key in parts.items() if key is not None}


def _condition(held: PostingFlag, right: Mapping[int, set[int]]) -> Q:
    later = Q(batch__gt=held.batch_id)
    back = Q(code_string=held.code_string_id, amount=-held.amount)
    return later & (back | Q(code_string__in=right[held.pk], amount=held.amount))
