"""The proof that the audit log is whole: every hash computed again, here and not by the database that is judged."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from vp_portal.core.choices import AuditEvent

#: What the first row points back to.
START = hashlib.sha256(b"").digest()
_BLOCK = 2000

# The same texts as the sealing trigger hashes.
_ROWS = """
    SELECT s.position, s.actor, s.target, s.previous, s.hash, e.id::text, s.entry_id, e.event,
           (extract(epoch FROM e.at) * 1000000)::bigint::text, e.user_id::text, e.request_id, e.target_model,
           e.target_id, e.detail::text, e.actor_salt, e.user_name, host(e.address), e.target_salt, e.target
    FROM core_auditseal s LEFT JOIN core_auditentry e ON e.id = s.entry_id
    ORDER BY s.position
"""
_UNSEALED = """
    SELECT e.id FROM core_auditentry e LEFT JOIN core_auditseal s ON s.entry_id = e.id WHERE s.entry_id IS NULL
    ORDER BY e.id
"""
_TRIMMED = "SELECT detail ->> 'position', replace(detail ->> 'hash', ' ', '') FROM core_auditentry WHERE event = %s"


@dataclass(frozen=True)
class Head:
    """The last place of the chain. Kept outside of the database, it shows later that nothing was cut off."""

    position: int
    hash: bytes

    @classmethod
    def parse(cls, text: str) -> "Head":
        """From `POSITION:HASH`. Raises ValueError."""
        position, _colon, digest = text.strip().partition(":")
        return cls(int(position), bytes.fromhex(digest))

    def __str__(self) -> str:
        return f"{self.position}:{self.hash.hex()}"


@dataclass(frozen=True)
class Fault:
    position: int | None
    entry: int | None
    reason: str


@dataclass
class Verdict:
    rows: int = 0
    erased: int = 0
    head: Head = field(default_factory=lambda: Head(0, START))
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class _Row:
    position: int
    actor: bytes
    target: bytes
    previous: bytes
    hash: bytes
    id: str | None
    entry_id: int
    event: str
    at: str
    user_id: str | None
    request_id: str
    target_model: str
    target_id: str
    detail: str
    actor_salt: str
    user_name: str
    address: str | None
    target_salt: str
    target_text: str

    def sealed(self) -> bytes:
        facts = (self.id, self.event, self.at, self.user_id, self.request_id, self.target_model, self.target_id)
        digests = (self.actor.hex(), self.target.hex())
        return _digest(str(self.position), self.previous.hex(), *facts, self.detail, *digests)

    def faults(self) -> Iterator[str]:
        if self.id is None:
            yield _("raden är borttagen")
            return
        if self.sealed() != self.hash:
            yield _("raden är ändrad")
        if self.actor_salt:
            if _digest(self.actor_salt, self.user_name, self.address) != self.actor:
                yield _("vem är ändrat")
        elif self.user_name or self.address:
            yield _("vem är ändrat efter avidentifieringen")
        if self.target_salt:
            if _digest(self.target_salt, self.target_text) != self.target:
                yield _("vad det gäller är ändrat")
        elif self.target_text:
            yield _("vad det gäller är ändrat efter avidentifieringen")


def verify(anchor: Head | None = None) -> Verdict:
    """Walks the whole chain as it is at one moment. `anchor` is a head from before, which must still be there."""
    alone = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if alone:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute(_TRIMMED, [AuditEvent.TRIMMED])
        trimmed = {(int(position), digest) for position, digest in cursor.fetchall() if position and digest}
        verdict = _walk(_rows(), trimmed, anchor)
        cursor.execute(_UNSEALED)
        verdict.faults += [Fault(None, entry, _("raden saknar sigill")) for (entry,) in cursor.fetchall()]
    return verdict


def _rows() -> Iterator[_Row]:
    """In blocks by a cursor of the server's: the log may be larger than the memory."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ROWS)
        while block := cursor.fetchmany(_BLOCK):
            for values in block:
                yield _Row(*map(_plain, values))


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _walk(rows: Iterator[_Row], trimmed: set[tuple[int, str]], anchor: Head | None) -> Verdict:
    verdict = Verdict()
    found = anchor is None or anchor.position == 0
    for row in rows:
        expected = verdict.head
        first = verdict.rows == 0
        if first and row.position > 1:
            # Old rows may be let go of, by a command that leaves a row about it.
            expected = Head(row.position - 1, row.previous)
            if (expected.position, expected.hash.hex()) not in trimmed:
                verdict.faults.append(Fault(1, None, _("rader i början saknas")))
        elif row.position != expected.position + 1:
            verdict.faults.append(Fault(expected.position + 1, None, _("rader saknas före nästa")))
        if row.previous != expected.hash:
            verdict.faults.append(Fault(row.position, row.entry_id, _("raden hänger inte ihop med den före")))
        verdict.faults += [Fault(row.position, row.entry_id, reason) for reason in row.faults()]
        verdict.rows += 1
        verdict.erased += row.id is not None and not (row.actor_salt and row.target_salt)
        verdict.head = Head(row.position, row.hash)
        if anchor and row.position == anchor.position:
            found = row.hash == anchor.hash
        elif first and anchor and anchor.position < row.position:
            found = True  # Let go of since; whether rightly so was judged above.
    if anchor and not found:
        verdict.faults.append(Fault(anchor.position, None, _("platsen som sparades finns inte: slutet är avhugget")))
    return verdict


def _digest(*parts: str | None) -> bytes:
    """SHA-256 of the parts, joined so that no two lists of parts give the same bytes."""
    packed = [b"-" if part is None else b"%d:%s" % (len(part.encode()), part.encode()) for part in parts]
    return hashlib.sha256(b",".join(packed)).digest()
