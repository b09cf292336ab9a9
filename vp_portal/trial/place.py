"""Where a trial keeps what it makes: `var/`, and elsewhere only what the server's user can't reach there."""

import os
import secrets
import shutil
import tempfile
from pathlib import Path

from vp_portal.trial.accounts import Account, can_enter

PROJECT = Path(__file__).resolve().parents[2]
OUTSIDE = Path("/var/tmp")
OUTSIDE_PREFIX = "vp-portalen-"


class Place:
    """The folder `var` of one trial, or of the tests."""

    def __init__(self, var: Path, project: Path = PROJECT) -> None:
        self.project = project
        self.var = var

    @classmethod
    def usual(cls) -> "Place":
        return cls(Path(os.environ.get("VP_VAR_DIR") or PROJECT / "var").absolute())

    def for_tests(self) -> "Place":
        return Place(self.var / "test", self.project)

    @property
    def environment(self) -> Path:
        return self.project / ".venv"

    @property
    def python(self) -> Path:
        return self.environment / "bin" / "python"

    @property
    def pointer(self) -> Path:
        """A file that names the folder of the data when that can't be `var` itself."""
        return self.var / "database-folder"

    def log(self, name: str) -> Path:
        folder = self.var / "log"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{name}.txt"

    def secret(self, name: str) -> str:
        """A secret of this trial, made the first time."""
        path = self.var / name
        self.var.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        value = secrets.token_urlsafe(32 if name == "secret-key" else 15)
        with os.fdopen(descriptor, "w") as file:
            file.write(value)
        return value

    def data_root(self, account: Account | None) -> Path:
        """The folder that holds the server's data, reachable by the server's user."""
        self.var.mkdir(parents=True, exist_ok=True)
        if account and (outside := self.outside()):
            return outside
        if can_enter(account, self.var):
            return self.var
        folder = Path(tempfile.mkdtemp(prefix=OUTSIDE_PREFIX, dir=OUTSIDE))
        folder.chmod(0o711)  # The server's user passes through to its own folder; nobody lists it.
        self.pointer.write_text(f"{folder}\n")
        return folder

    def outside(self) -> Path | None:
        """The folder that the pointer names, if it is ours."""
        try:
            folder = Path(self.pointer.read_text().strip())
            ours = folder.parent == OUTSIDE and folder.name.startswith(OUTSIDE_PREFIX)
            return folder if ours and folder.lstat().st_uid == os.geteuid() else None
        except FileNotFoundError:
            return None

    def existing_data(self) -> list[Path]:
        """The folders of data that earlier trials have left, one for each major version."""
        roots = [root for root in (self.var, self.outside()) if root]
        return sorted(folder for root in roots for folder in root.glob("pg[0-9][0-9]") if folder.is_dir())

    def forget_everything(self) -> None:
        """Removes the data and all that was made from it; logs stay. The caller holds the locks."""
        for folder in [*self.existing_data(), self.outside()]:
            if folder:
                shutil.rmtree(folder)
        self.pointer.unlink(missing_ok=True)
        for name in ("static", "files"):
            shutil.rmtree(self.var / name, ignore_errors=True)
        for name in ("static-stamp", "secret-key", "demo-password"):
            (self.var / name).unlink(missing_ok=True)
