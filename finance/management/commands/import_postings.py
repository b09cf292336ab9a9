import contextlib
import json
import time
from argparse import ArgumentParser
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.utils import timezone

from finance.actions import watching
from finance.actions.imports import BookingResult, WhenBooked, book_file
from finance.importing.amounts import parse_amount
from finance.importing.error_files import write_errors
from finance.importing.opening import open_ledger
from finance.importing.problems import Refusal, ValueProblem
from finance.importing.understanding import ReadingChoices
from finance.models import ImportProfile, ImportSource
from vp_portal.core import formatting
from vp_portal.core.models import User
from vp_portal.core.periods import Period

#: So many errors and unknown codes are written out in the readable report.
SHOWN = 20
REFUSED = 2
LOST = "Förbindelsen med databasen bröts. Kör igen när den svarar: en fil som hann bli bokförd bokförs inte två gånger."


class Command(BaseCommand):
    help = "Läser en huvudboksfil och bokför den. Slutkod 0: bokförd (eller skulle ha blivit det), 2: inget lagrat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("file", type=Path, nargs="?", help="filen")
        what.add_argument("--watch", type=Path, metavar="MAPP", help="bokför det som läggs i mappen, tills du avbryter")
        parser.add_argument("--profile", help="importprofilens kod; annars en vars rubriker är filens")
        parser.add_argument("--source", help="importkällans kod; annars profilens, annars den förvalda")
        parser.add_argument("--member", help="filen i en zip med flera; med --watch bokförs alla")
        parser.add_argument("--sheet", help="bladet i en arbetsbok med flera")
        parser.add_argument("--control-total", help="summan enligt ekonomisystemet; filen avvisas om dess är en annan")
        parser.add_argument(
            "--errors", type=Path, metavar="FIL", help="skriv alla fel som CSV, också de som inte listas"
        )
        parser.add_argument("--period", help="ÅÅÅÅMM, för filer utan periodkolumn")
        parser.add_argument("--create-codes", action="store_true", help="lägg till okända koder i registren")
        parser.add_argument("--dry-run", action="store_true", help="pröva filen utan att lagra något")
        parser.add_argument("--json", action="store_true", help="skriv resultatet som JSON")
        before = parser.add_mutually_exclusive_group()
        before.add_argument("--replace", action="store_true", help="ersätt det som källan redan har i filens perioder")
        before.add_argument("--add", action="store_true", help="lägg till utöver det som källan redan har")
        parser.add_argument("--user", help="användarnamnet på den som bokför; annars servern")
        parser.add_argument("--reason", default="", help="varför; krävs av en administratör för låsta perioder")
        parser.add_argument("--once", action="store_true", help="med --watch: sluta när mappen är genomgången")
        parser.add_argument(
            "--pause",
            type=float,
            default=5.0,
            help="med --watch: sekunder mellan varven; en fil som inte ändrats är hel",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        book = _booker(options)
        if options["watch"]:
            self._watch(options["watch"], book, options)
            return
        try:
            result = book(options["file"], options["member"] or "")
        except OperationalError as error:
            raise CommandError(f"{LOST} ({error})") from error
        self._tell(result, options)
        if options["errors"] and result.errors:
            _write_errors(options)
        if not result.is_accepted:
            raise SystemExit(REFUSED)

    def _tell(self, result: BookingResult, options: dict[str, Any]) -> None:
        as_json = json.dumps(result.as_json(), ensure_ascii=False, indent=1)
        self.stdout.write(as_json if options["json"] else in_words(result))

    def _watch(self, path: Path, book: watching.Book, options: dict[str, Any]) -> None:
        if not path.is_dir():
            raise CommandError(f"Mappen {path} finns inte.", returncode=REFUSED)
        folder = watching.Folder(path)
        try:
            with watching.only_watcher(path), contextlib.suppress(KeyboardInterrupt):
                folder.whole()
                while True:
                    time.sleep(options["pause"])
                    self._book_all(folder, book)
                    if options["once"]:
                        return
        except watching.WatchedAlready:
            raise CommandError(f"Mappen {path} bevakas redan av en annan process.", returncode=REFUSED) from None

    def _book_all(self, folder: watching.Folder, book: watching.Book) -> None:
        for path in folder.whole():
            try:
                moved = folder.book(path, book)
            except OperationalError as error:  # The file stays, and gets its turn when the database is back.
                self.stderr.write(f"{path.name}: {LOST} ({error})")
                connection.close()
                return
            self.stdout.write(f"{path.name} → {moved.parent.name}/{moved.name}")


def _booker(options: dict[str, Any]) -> watching.Book:
    """Books a file as the options say."""
    chosen: dict[str, Any] = {
        "source": _by_code(ImportSource, options["source"], "importkälla"),
        "profile": _by_code(ImportProfile, options["profile"], "importprofil"),
        "period": _period(options["period"]),
        "create_codes": options["create_codes"],
        "dry_run": options["dry_run"] and not options["watch"],
        "by": _user(options["user"]),
        "reason": options["reason"],
        "when_booked": _when_booked(options),
        "stated_total": _amount(options["control_total"]),
    }
    sheet = options["sheet"] or ""

    def book(path: Path, member: str) -> BookingResult:
        name = f"{path.name}: {member}" if member else path.name
        choices = ReadingChoices(member=member, sheet=sheet)
        return book_file(path, at=timezone.now(), choices=choices, file_name=name[-255:], **chosen)

    return book


def _amount(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        return parse_amount(text, "," if "," in text else ".")
    except ValueProblem as problem:
        raise CommandError(f"Kontrollsumman {text}: {problem}.", returncode=REFUSED) from None


def _write_errors(options: dict[str, Any]) -> None:
    """Every error of the rows. What is wrong with the file as a whole stands in the result."""
    profile = _by_code(ImportProfile, options["profile"], "importprofil")
    period = _period(options["period"])
    choices = ReadingChoices(member=options["member"] or "", sheet=options["sheet"] or "")
    with (
        contextlib.suppress(Refusal),
        open_ledger(options["file"], choices, profile=profile, period=period) as opened,
        options["errors"].open("w", encoding="utf-8", newline="") as out,
    ):
        write_errors(opened, out, period=period)


def _when_booked(options: dict[str, Any]) -> WhenBooked:
    if options["replace"]:
        return WhenBooked.REPLACE
    return WhenBooked.ADD if options["add"] else WhenBooked.REFUSE


def _user(name: str | None) -> User | None:
    if name is None:
        return None
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise CommandError(f"Ingen aktiv användare heter {name}.", returncode=REFUSED)
    return user


def _by_code(model: Any, code: str | None, what: str) -> Any:
    if code is None:
        return None
    try:
        return model.objects.get(code=code)
    except model.DoesNotExist:
        known = ", ".join(model.objects.values_list("code", flat=True)) or "inga finns"
        raise CommandError(f"Ingen {what} har koden {code}. Koder: {known}.", returncode=REFUSED) from None


def _period(text: str | None) -> Period | None:
    if text is None:
        return None
    try:
        return Period.parse(text)
    except ValueError:
        raise CommandError(f"{text} är ingen period. Skriv den som ÅÅÅÅMM.", returncode=REFUSED) from None


_VERDICTS = {
    "booked": "Bokförd: importomgång {batch}, {rows} rader, {sum}.",
    "dry_run": "Skulle bokföras: {rows} rader, {sum}. Inget är lagrat.",
    "refused": "Inte bokförd. Inget är lagrat.",
    "duplicate": "Inte bokförd: filen finns redan. Inget är lagrat.",
}


def in_words(result: BookingResult) -> str:
    """The result for whoever sits at the terminal: the verdict first, then why."""
    lines = [
        _VERDICTS[result.status].format(
            batch=result.batch, rows=formatting.number(result.rows), sum=formatting.kr_ore(result.sum)
        )
    ]
    lines += [
        f"  {period}: {formatting.number(total.rows)} rader, {formatting.kr_ore(total.sum)}"
        for period, total in result.periods.items()
    ]
    if result.replaced:
        lines.append(f"Ersätter importomgång {', '.join(map(str, result.replaced))}.")
    if result.control_total is not None:
        lines.append(f"Kontrollsumman i filen stämmer: {formatting.kr_ore(result.control_total)}.")
    if result.skipped:
        lines.append(f"Överhoppade rader: {len(result.skipped)}.")
    for error in result.errors[:SHOWN]:
        place = f"Rad {error.line}" + (f", {error.column}" if error.column else "") if error.line else ""
        value = f" ”{error.value}”" if error.value else ""
        lines.append(f"{place}{value}: {error.reason}" if place else error.reason)
    if result.error_count > SHOWN:
        lines.append(f"… och {formatting.number(result.error_count - SHOWN)} fel till.")
    label = "Ny kod" if result.is_accepted else "Okänd kod"
    lines += [
        f"{label}: {code.kind} {code.code}, {formatting.number(code.count)} rader, {formatting.kr_ore(code.sum)}"
        for code in result.unknown_codes[:SHOWN]
    ]
    if len(result.unknown_codes) > SHOWN:
        lines.append(f"… och {len(result.unknown_codes) - SHOWN} koder till.")
    return "\n".join(lines)
