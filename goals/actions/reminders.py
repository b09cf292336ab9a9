"""Sends the reminders of a day by e-mail, each once; and each person's choices about them."""

import datetime as dt
import hashlib
import logging
import secrets
from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goals.choices import MailChoice, ReminderKind
from goals.models import ReminderSettings, SentReminder
from goals.occasions import Occasion
from services.models import Person
from vp_portal.core.models import User

logger = logging.getLogger(__name__)


class Reminder(Protocol):
    """What `goals.reports.reminders` tells: one person to be told of one check-in."""

    @property
    def kind(self) -> ReminderKind: ...
    @property
    def person(self) -> Person: ...
    @property
    def result_id(self) -> int: ...
    @property
    def occasion(self) -> Occasion: ...
    @property
    def number(self) -> str: ...


def send(due: Iterable[Reminder], *, at: dt.datetime) -> int:
    """How many letters went. A reminder is claimed before its letter is sent, so two that run at once, or one that is
    run again, send none twice; a letter that the server refuses gives its claim back and goes the next time. One whose
    sending was cut off may have gone: it isn't sent again, but said in the log and on the administrator's page."""
    if unsure := SentReminder.objects.unsure(at).count():
        logger.error("Reminders that may not have been sent, since a sending was cut off: %d", unsure)
    by_person: dict[Person, list[Reminder]] = defaultdict(list)
    for reminder in due:
        by_person[reminder.person].append(reminder)
    choices: dict[int | None, str] = dict(ReminderSettings.objects.values_list("user_id", "mail"))
    sent = 0
    for person, own in by_person.items():
        choice = choices.get(person.user_id, MailChoice.DIGEST)
        address = person.email or (person.user.email if person.user else "")
        if choice == MailChoice.NONE or not address or (person.user and not person.user.is_active):
            continue
        letters = [[each] for each in own] if choice == MailChoice.SINGLE else [own]
        sent += sum(_send(person, address, letter, at) for letter in letters)
    return sent


def _send(person: Person, address: str, due: list[Reminder], at: dt.datetime) -> bool:
    claimed = [(each, row) for each in due if (row := _claim(each, at))]
    if not claimed:
        return False
    rows = SentReminder.objects.filter(pk__in=[row.pk for _each, row in claimed])
    try:
        _letter(person, address, [each for each, _row in claimed]).send()
    except OSError:  # The server can't be reached, or refuses: smtplib's errors are OSErrors.
        logger.exception("A reminder could not be sent")
        rows.delete()
        return False
    rows.update(sent_at=at)
    return True


def _claim(reminder: Reminder, at: dt.datetime) -> SentReminder | None:
    """None where it is sent already, or may be."""
    key = {"tertial": reminder.occasion.tertial, "month": reminder.occasion.month, "kind": reminder.kind}
    try:
        with transaction.atomic():
            return SentReminder.objects.create(
                result_id=reminder.result_id, person=reminder.person, claimed_at=at, **key
            )
    except IntegrityError:
        return None


def _letter(person: Person, address: str, due: Iterable[Reminder]) -> EmailMessage:
    listed = list(due)
    subject = (
        _("Avstämning %(number)s: %(why)s") % {"number": listed[0].number, "why": str(listed[0].kind.label).lower()}
        if len(listed) == 1
        else ngettext("%(count)s avstämning väntar", "%(count)s avstämningar väntar", len(listed))
        % {"count": len(listed)}
    )
    context = {"person": person, "reminders": listed, "portal": settings.PORTAL_URL}
    return EmailMessage(subject, render_to_string("goals/mail/reminder.txt", context), to=[address])


def choose(user: User, mail: MailChoice) -> None:
    row = ReminderSettings.objects.filter(user=user).first() or ReminderSettings(user=user)
    row.mail = mail
    _keep(row, user)


def make_feed(user: User, *, at: dt.datetime) -> str:
    """A new secret for the calendar's address; an earlier address stops working. Only its digest is kept."""
    token = secrets.token_urlsafe(32)
    row = ReminderSettings.objects.filter(user=user).first() or ReminderSettings(user=user)
    row.feed_digest, row.feed_since = digest(token), at
    _keep(row, user)
    return token


def revoke_feed(user: User) -> None:
    for row in ReminderSettings.objects.filter(user=user, feed_digest__isnull=False):
        row.feed_digest, row.feed_since = None, None
        _keep(row, user)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _keep(row: ReminderSettings, user: User) -> None:
    row._history_user = user  # type: ignore[attr-defined]  # read by simple_history
    row.save()
