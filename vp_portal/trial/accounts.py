"""Which user of the machine runs the database server: PostgreSQL refuses to run as root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from vp_portal.trial.steps import TrialError

USUAL = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int
    name: str


def current_name() -> str:
    """The name of the user who runs this; PostgreSQL needs users to have one."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise TrialError(
            f"Användaren med nummer {os.geteuid()} har inget namn på den här datorn, vilket PostgreSQL kräver: "
            "kör som en vanlig användare eller ange DATABASE_URL."
        ) from None


def server_account(*belongings: Path) -> Account | None:
    """Who runs the server: None means the current user, who is not root.

    Root hands it to the owner of the first of `belongings` (the data, the project) that exists and is not
    root's, so that what a user has made keeps its owner; otherwise to a user that most machines have.
    """
    if os.geteuid() != 0:
        return None
    owners = [path.stat().st_uid for path in belongings if path.exists()]
    for uid in owners:
        account = _account_of(uid)
        if account:
            return account
    for name in USUAL:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, entry.pw_name)
    raise TrialError(
        "PostgreSQL körs inte som root och datorn har ingen användare postgres eller nobody: "
        "kör som en vanlig användare eller ange DATABASE_URL."
    )


def can_enter(account: Account | None, folder: Path) -> bool:
    """Whether the account can reach the folder: every folder above it must let the account in too."""
    if account is None:
        return True
    command = ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)]
    return (
        subprocess.run(
            command,
            check=False,
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
        ).returncode
        == 0
    )


def give(path: Path, account: Account | None) -> None:
    if account:
        os.chown(path, account.uid, account.gid)


def _account_of(uid: int) -> Account | None:
    if uid == 0:
        return None
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return None
    return Account(entry.pw_uid, entry.pw_gid, entry.pw_name)
