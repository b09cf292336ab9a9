"""A file's way from the controller's hand to the ledger: received, understood, previewed, booked, or given up.

Every step changes the state with a condition on the one before, so that of two at once exactly one does it.
"""

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from finance.actions import background, imports, upload_files
from finance.actions.upload_choices import Choices, Decisions
from finance.choices import SignConvention, UploadState, WhenBooked
from finance.importing.archive import size_to_read
from finance.importing.groups import Reading
from finance.importing.inspection import inspect
from finance.importing.opening import Opened, open_ledger
from finance.importing.problems import Refusal, refuse
from finance.importing.understanding import ReadingChoices, Understanding
from finance.models import ImportBatch, ImportProfile, ImportSource, PeriodLock, Upload
from vp_portal.core.access import Role, has_role
from vp_portal.core.models import User
from vp_portal.core.uploads import StoredFile

logger = logging.getLogger(__name__)

#: A dry run of fewer bytes, unpacked, is done while the page waits: a second or so.
AT_ONCE = 3 * 2**20
#: Nobody has touched the upload for so long: it is given up.
FORGOTTEN_AFTER = dt.timedelta(days=14)
STRAY_AFTER = dt.timedelta(days=1)

_IDLE = (UploadState.RECEIVED, UploadState.PREVIEWED, UploadState.REFUSED, UploadState.FAILED)


def receive(
    files: Sequence[StoredFile], *, by: User, at: dt.datetime, replaces: ImportBatch | None = None
) -> list[Upload]:
    """An upload for each file, or for each file inside it when it is a zip."""
    made = []
    for file in files:
        upload = Upload(
            file_id=upload_files.file_id_of(file.path),
            file_name=_name(file.name),
            file_size=file.size,
            sha256=file.sha256,
            replaces=replaces,
            uploaded_by=by,
            uploaded_at=at,
            changed_at=at,
        )
        made += _members(upload)
    return Upload.objects.bulk_create(made)


def _name(text: str) -> str:
    """As its owner calls it; only for people to read."""
    plain = "".join(sign for sign in text.encode(errors="replace").decode() if sign.isprintable())
    return plain[-255:] or _("utan namn")


def _members(upload: Upload) -> list[Upload]:
    understood = understanding_of(upload)
    if isinstance(understood, Refusal) or len(understood.members) < 2:
        return [upload]
    return [
        Upload(
            file_id=upload.file_id,
            file_name=_name(f"{upload.file_name}: {member}"),
            file_size=upload.file_size,
            sha256=upload.sha256,
            choices=Choices(reading=ReadingChoices(member=member)).as_json(),
            replaces=upload.replaces,
            uploaded_by=upload.uploaded_by,
            uploaded_at=upload.uploaded_at,
            changed_at=upload.changed_at,
        )
        for member in understood.members
    ]


def opened(upload: Upload) -> Opened:
    """The file, open to be read as was chosen. Raises Refusal."""
    choices = Choices.of(upload)
    profile = ImportProfile.objects.filter(pk=choices.profile).first() if choices.profile else None
    path = upload_files.path_of(upload)
    return open_ledger(path, choices.reading, profile=profile, period=choices.as_period())


def understanding_of(upload: Upload) -> Understanding | Refusal:
    """What the portal makes of the file, or why it can make nothing of it."""
    try:
        with opened(upload) as file:
            return file.understanding
    except Refusal as refusal:
        return refusal


def choose(upload: Upload, choices: Choices, *, at: dt.datetime) -> bool:
    """Keeps what was chosen; an earlier preview is void. False when the file is already on its way."""
    return _step(upload, _IDLE, UploadState.RECEIVED, choices=choices.as_json(), result=None, changed_at=at)


def start_preview(upload: Upload, *, at: dt.datetime) -> bool:
    """The dry run: at once for a small file, else in the background. False when it is already under way."""
    with transaction.atomic():
        if not _step(upload, _IDLE, UploadState.PREVIEWING, changed_at=at, job_id=None):
            return False
        if size_to_read(upload_files.path_of(upload)) > AT_ONCE:
            _hand_over(upload, background.PREVIEW)
            return True
    try:
        preview(upload, at=at)
    except Exception:
        logger.exception("The dry run of upload %s failed", upload.pk)
    return True


def preview(upload: Upload, *, at: dt.datetime) -> None:
    """The dry run itself, of an upload that is `PREVIEWING`. What it found stands in the upload afterwards."""
    found: dict[str, Any] = {}

    def look(source: ImportSource, reading: Reading) -> None:
        found["content"] = inspect(source, reading, zone=settings.TIME_ZONE)
        found["ledger"] = ledger_version(source.pk)
        found["source"] = source.pk
        found["locked"] = locked_among(found["content"]["periods"])

    choices = Choices.of(upload)
    if (
        not choices.reading.sign
    ):  # The preview asks about signs that look turned; to refuse the file would hide the rest.
        choices = choices.with_sign(_sign_of(choices))
    result = _guarded(upload, lambda: _run(upload, choices, Decisions.of_preview(), dry_run=True, inspect=look, at=at))
    state = UploadState.PREVIEWED if result.is_accepted else UploadState.REFUSED
    _step(upload, [UploadState.PREVIEWING], state, result={"booking": result.as_json(), **found}, changed_at=at)


def _sign_of(choices: Choices) -> str:
    """The sign convention that counts: chosen, the profile's, or the ledger's."""
    if choices.reading.sign:
        return choices.reading.sign
    profile = ImportProfile.objects.filter(pk=choices.profile).first() if choices.profile else None
    return profile.sign if profile else SignConvention.LEDGER.value


def turn_signs(upload: Upload, *, at: dt.datetime) -> bool:
    """Reads the file with the other sign from now on."""
    turned = {SignConvention.LEDGER: SignConvention.FLIPPED, SignConvention.FLIPPED: SignConvention.LEDGER}
    choices = Choices.of(upload)
    sign = turned[SignConvention(_sign_of(choices))]
    return choose(upload, choices.with_sign(sign.value), at=at)


def ledger_version(source: int) -> str:
    """Changes whenever a batch of the source is booked or taken out."""
    latest = ImportBatch.objects.filter(source=source).aggregate(Max("pk"), Max("ended_at"))
    return f"{latest['pk__max']} {latest['ended_at__max'] or ''}"


def locked_among(periods: Sequence[int]) -> list[int]:
    return list(
        PeriodLock.objects.in_force().filter(period__in=periods).order_by("period").values_list("period", flat=True)
    )


def is_outdated(upload: Upload) -> bool:
    """Whether the source's ledger is another than the one that the preview was compared with."""
    result = upload.result or {}
    return "source" in result and ledger_version(result["source"]) != result["ledger"]


def confirm(upload: Upload, decisions: Decisions, *, by: User, at: dt.datetime) -> bool:
    """Has the worker book the file. False when somebody was first: it is booked once."""
    chosen = Choices.of(upload)
    if decisions.signs_are_right:
        chosen = chosen.with_sign(_sign_of(chosen))
    choices = {**chosen.as_json(), "decisions": decisions.as_json()}
    with transaction.atomic():
        changed = _step(
            upload,
            [UploadState.PREVIEWED],
            UploadState.BOOKING,
            choices=choices,
            confirmed_by=by,
            changed_at=at,
            started_at=None,
        )
        if changed:
            _hand_over(upload, background.BOOK)
    return changed


def book(upload: Upload, *, at: dt.datetime) -> None:
    """Books an upload that is `BOOKING`. A job that was killed is run again: what it had booked is recognised."""
    if upload.started_at is None:
        upload.started_at = at
        upload.save(update_fields=["started_at"])
    decisions = Decisions.of(upload)
    started = upload.started_at
    choices = Choices.of(upload)

    def still_may(source: ImportSource, reading: Reading) -> None:
        check_right(upload)

    result = _guarded(upload, lambda: _run(upload, choices, decisions, dry_run=False, at=started, inspect=still_may))
    batch = ImportBatch.objects.filter(pk=result.batch).first() if result.batch else None
    own = batch is not None and (batch.booked_at, batch.booked_by_id) == (started, upload.confirmed_by_id)
    content = {**(upload.result or {}), "booking": result.as_json()}
    if batch is not None and (result.status == imports.BOOKED or own):
        _step(upload, [UploadState.BOOKING], UploadState.BOOKED, batch=batch, result=content, changed_at=at)
        upload_files.remove_file(upload)
    else:
        _step(upload, [UploadState.BOOKING], UploadState.REFUSED, result=content, changed_at=at)


def check_right(upload: Upload) -> None:
    """Raises Refusal when who ordered the booking may book no more: asked last of all before rows are booked."""
    user = User.objects.filter(pk=(upload.confirmed_by_id or upload.uploaded_by_id)).first()
    if user is None or not has_role(user, Role.CONTROLLER):
        raise refuse(
            _("Den som bekräftade bokningen får inte längre bokföra. Inget är bokfört: låt en controller göra det.")
        )


def _run(
    upload: Upload, choices: Choices, decisions: Decisions, *, dry_run: bool, at: dt.datetime, **more: Any
) -> imports.BookingResult:
    return imports.book_file(
        upload_files.path_of(upload),
        source=ImportSource.objects.filter(pk=choices.source).first() if choices.source else None,
        profile=ImportProfile.objects.filter(pk=choices.profile).first() if choices.profile else None,
        period=choices.as_period(),
        choices=choices.reading,
        create_codes=decisions.create_codes,
        when_booked=WhenBooked(decisions.when_booked or WhenBooked.REFUSE),
        reason=decisions.reason,
        stated_total=decisions.control_total,
        may_differ=decisions.may_differ,
        code_map=choices.code_map,
        dry_run=dry_run,
        by=upload.confirmed_by or upload.uploaded_by,
        at=at,
        file_name=upload.file_name,
        progress=upload_files.ProgressFile(upload),
        **more,
    )


def _guarded(upload: Upload, work: Callable[[], imports.BookingResult]) -> imports.BookingResult:
    """What fails unexpectedly leaves the upload as failed, so that it can be tried again; the error goes on.

    A lost database leaves it as it was: its job is run again, and when there is none the page says that it failed.
    """
    try:
        return work()
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        Upload.objects.filter(pk=upload.pk).update(state=UploadState.FAILED)
        raise
    finally:
        upload_files.ProgressFile(upload).remove()


def fail(upload: Upload, *, at: dt.datetime) -> bool:
    """For an upload whose job is no longer there."""
    return _step(upload, [UploadState.PREVIEWING, UploadState.BOOKING], UploadState.FAILED, changed_at=at)


def abandon(upload: Upload, *, at: dt.datetime) -> bool:
    """Takes the file away. What it was, and who sent it, is kept. False when it is on its way or booked."""
    with transaction.atomic():
        if not _step(upload, _IDLE, UploadState.ABANDONED, result=None, changed_at=at):
            return False
        transaction.on_commit(lambda: upload_files.remove_file(upload))
    return True


def sweep(*, at: dt.datetime) -> int:
    """Gives up what nobody has touched for long, and removes files that no upload knows of. Returns how many files."""
    forgotten = Upload.objects.filter(state__in=_IDLE, changed_at__lt=at - FORGOTTEN_AFTER)
    given_up = sum(abandon(upload, at=at) for upload in forgotten)
    return given_up + upload_files.sweep_strays((at - STRAY_AFTER).timestamp())


def _step(upload: Upload, states: Sequence[UploadState], to: UploadState, **values: Any) -> bool:
    """Changes the state if it is one of `states`, in the database and in the object."""
    changed = Upload.objects.filter(pk=upload.pk, state__in=states).update(state=to, **values)
    if changed:
        for name, value in {"state": to, **values}.items():
            setattr(upload, name, value)
    return bool(changed)


def _hand_over(upload: Upload, task: str) -> None:
    upload.job_id = background.defer(task, upload_id=upload.pk)
    Upload.objects.filter(pk=upload.pk).update(job_id=upload.job_id)
