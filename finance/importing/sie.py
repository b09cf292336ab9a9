"""SIE 4 (4E and 4I): vouchers become rows. Read line by line, in a process of its own; nothing here knows the database.

Source: the SIE file format, edition 4B, and `ledger-formats`.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from finance.importing.amounts import parse_amount
from finance.importing.problems import RowError, ValueProblem, refuse
from finance.importing.sie_posts import Checksum, Objects, Post, posts

NOTHING = Decimal("0.00")
#: A voucher with more lines than this is no voucher; what a voucher holds is kept in memory.
_MOST_LINES = 200_000


@dataclass
class Header:
    """What stands before the vouchers."""

    flag: str = ""
    kind: str = ""
    program: str = ""
    company: str = ""
    years: dict[str, tuple[str, str]] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    dimensions: dict[str, str] = field(default_factory=dict)
    objects: dict[tuple[str, str], str] = field(default_factory=dict)
    opening: dict[str, tuple[int, Decimal]] = field(default_factory=dict)
    closing: dict[str, tuple[int, Decimal]] = field(default_factory=dict)
    result: dict[str, tuple[int, Decimal]] = field(default_factory=dict)

    @property
    def has_balances(self) -> bool:
        return bool(self.opening or self.closing or self.result)

    def take(self, post: Post) -> None:
        """Raises ValueProblem for a balance that is no amount."""
        first, second, third = post.text(0), post.text(1), post.text(2)
        match post.label:
            case "#FLAGGA":
                self.flag = first
            case "#SIETYP":
                self.kind = first
            case "#PROGRAM":
                self.program = f"{first} {second}".strip()
            case "#FNAMN":
                self.company = first
            case "#RAR":
                self.years[first] = (second, third)
            case "#KONTO" | "#DIM" | "#UNDERDIM":
                (self.accounts if post.label == "#KONTO" else self.dimensions)[first] = second
            case "#OBJEKT":
                self.objects[first, second] = third
            case "#IB" | "#UB" | "#RES" if first == "0":
                self._balance(post.label)[second] = (post.line, parse_amount(third, "."))

    def _balance(self, label: str) -> dict[str, tuple[int, Decimal]]:
        return {"#IB": self.opening, "#UB": self.closing, "#RES": self.result}[label]


class Trans(NamedTuple):
    line: int
    account: str
    objects: Objects
    amount: Decimal
    text: str


@dataclass
class Voucher:
    line: int
    series: str
    number: str
    day: dt.date | None
    text: str
    rows: list[Trans] = field(default_factory=list)
    added: Post | None = None

    @property
    def name(self) -> str:
        return f"{self.series} {self.number}".strip()


class Reader:
    """Reads a file's vouchers. `header` is whole when the first voucher comes, but for objects named later."""

    def __init__(self, lines: Iterable[str], codec: str) -> None:
        self.header = Header()
        self.errors: list[RowError] = []
        self.skipped: list[tuple[int, str]] = []
        self.sums: dict[str, Decimal] = defaultdict(lambda: NOTHING)
        self._posts = posts(lines, self.errors.append)
        self._checksum = Checksum(codec)

    def wrong(self, line: int, column: str, value: str, reason: str) -> None:
        self.errors.append(RowError(line, column, value[:80], reason))

    def vouchers(self) -> Iterator[Voucher]:
        """Every voucher that is whole and sums to zero. The rest goes to `errors`. Raises Refusal."""
        voucher: Voucher | None = None
        for post in self._posts:
            self._sum_up(post)
            if voucher is not None and post.label == "#VER":
                self.wrong(voucher.line, "#VER", voucher.name, _("verifikationen tar aldrig slut"))
            if voucher is None or post.label == "#VER":
                voucher = self._started(post)
            elif post.label == "}":
                self._count_added(voucher, None)
                yield from self._ended(voucher)
                voucher = None
            else:
                self._line(voucher, post)
        if voucher is not None:
            self.wrong(voucher.line, "#VER", voucher.name, _("verifikationen tar aldrig slut"))
        if self._checksum.is_open:
            raise refuse(_("Filen är avklippt: den börjar med #KSUMMA men slutar inte med det."))

    def _line(self, voucher: Voucher, post: Post) -> None:
        """A line of a voucher. An added one (#RTRANS) counts once: here, or as the #TRANS that repeats it."""
        self._count_added(voucher, post)
        if post.label == "#RTRANS":
            voucher.added = post
        elif post.label == "#TRANS":
            self._add(voucher, post)
        elif post.label == "#BTRANS":
            self.skipped.append((post.line, _("borttagen rad (#BTRANS)")))

    def _count_added(self, voucher: Voucher, post: Post | None) -> None:
        added, voucher.added = voucher.added, None
        if added is not None and not (post and post.label == "#TRANS" and post.fields == added.fields):
            self._add(voucher, added)

    def _sum_up(self, post: Post) -> None:
        if post.label != "#KSUMMA":
            self._checksum.add(post)
        elif not post.text(0):
            self._checksum.is_open = True
        else:
            if not self._checksum.agrees(post.text(0)):
                message = _("Kontrollsumman (#KSUMMA) stämmer inte: filen har ändrats sedan den skrevs.")
                raise refuse(message, line=post.line, value=post.text(0))
            self._checksum.is_open = False

    def _started(self, post: Post) -> Voucher | None:
        """A new voucher, or a line of the header taken in."""
        if post.label == "#VER":
            return Voucher(post.line, post.text(0), post.text(1), self._day(post), post.text(3))
        if post.label in ("#TRANS", "#RTRANS"):
            self.wrong(post.line, post.label, post.text(0), _("raden står utanför en verifikation"))
            return None
        try:
            self.header.take(post)
        except ValueProblem as problem:
            self.wrong(post.line, post.label, post.text(2), str(problem))
        return None

    def _day(self, post: Post) -> dt.date | None:
        """The voucher's day, inside the fiscal year when the file names one."""
        raw = post.text(2)
        try:
            day = dt.datetime.strptime(raw, "%Y%m%d").date() if re.fullmatch(r"\d{8}", raw) else None  # noqa: DTZ007
        except ValueError:
            day = None
        if day is None:
            self.wrong(post.line, _("verifikationsdatum"), raw, _("inget datum (ÅÅÅÅMMDD)"))
        elif "0" in self.header.years and not self.header.years["0"][0] <= raw <= self.header.years["0"][1]:
            self.wrong(post.line, _("verifikationsdatum"), raw, _("dagen ligger utanför räkenskapsåret (#RAR)"))
            return None
        return day

    def _add(self, voucher: Voucher, post: Post) -> None:
        places = [place for place, value in enumerate(post.fields) if isinstance(value, Objects)]
        after = places[0] + 1 if places else 1
        if len(post.objects()) % 2:
            self.wrong(post.line, _("objekt"), " ".join(post.objects()), _("dimension utan objekt"))
        if not post.text(0):
            self.wrong(post.line, _("konto"), "", _("konto saknas"))
        try:
            amount = parse_amount(post.text(after), ".")
        except ValueProblem as problem:
            self.wrong(post.line, _("belopp"), post.text(after), str(problem))
            return
        if len(voucher.rows) >= _MOST_LINES:
            raise refuse(_("Verifikationen har fler än 200 000 rader."), line=voucher.line)
        voucher.rows.append(Trans(post.line, post.text(0), post.objects(), amount, post.text(after + 2)))

    def _ended(self, voucher: Voucher) -> Iterator[Voucher]:
        total = sum((row.amount for row in voucher.rows), NOTHING)
        if not voucher.rows:
            self.skipped.append((voucher.line, _("verifikation utan rader")))
        elif total:
            reason = _("verifikationens rader blir %(total)s, inte noll") % {"total": total}
            self.wrong(voucher.line, _("verifikation"), voucher.name, reason)
        else:
            for row in voucher.rows:
                self.sums[row.account] += row.amount
            yield voucher

    def check_balances(self) -> None:
        """Opening balance and vouchers make the closing one; vouchers make the result."""
        header, reason = self.header, _("%(label)s säger %(stated)s, men verifikationerna ger %(found)s")
        checks = [("#UB", header.closing, header.opening), ("#RES", header.result, {})]
        for label, stated, opening in checks:
            for account, (line, amount) in stated.items():
                found = opening.get(account, (0, NOTHING))[1] + self.sums.get(account, NOTHING)
                if found != amount:
                    values = {"label": label, "stated": amount, "found": found}
                    self.wrong(line, _("konto"), account, reason % values)


def codes_of(row: Trans, roles: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Role → (dimension, object) of a row. Raises ValueProblem when two objects share a role."""
    codes: dict[str, tuple[str, str]] = {}
    pairs: Sequence[str] = row.objects
    for dimension, code in zip(pairs[::2], pairs[1::2], strict=False):
        role = roles.get(dimension)
        if role in codes:
            raise ValueProblem(_("raden har två objekt för samma del av kodsträngen"))
        if role:
            codes[role] = (dimension, code)
    return codes
