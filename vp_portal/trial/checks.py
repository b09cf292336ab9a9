"""`python3 run.py test`: every check of the project, all of them even when one fails."""

import os
import time
from contextlib import ExitStack
from pathlib import Path

from vp_portal.trial import environment, locks, packages
from vp_portal.trial.place import Place
from vp_portal.trial.portal import addresses, child_variables
from vp_portal.trial.postgres import choice, choose
from vp_portal.trial.processes import Children
from vp_portal.trial.server import Server
from vp_portal.trial.steps import Steps, TrialError

WORKERS = 2


def commands(place: Place, pytest_arguments: list[str]) -> list[tuple[str, list[str | Path]]]:
    """The checks, in the order they run; pytest is last, so that its closing line is near the end."""
    python, manage = place.python, place.project / "manage.py"
    templates = sorted(str(path) for path in (place.project / "templates").rglob("*.html"))
    imports = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    return [
        ("ruff check", [python, "-m", "ruff", "check", "."]),
        ("ruff format --check", [python, "-m", "ruff", "format", "--check", "."]),
        ("djade --check", [place.environment / "bin" / "djade", "--check", *templates]),
        ("mypy", [python, "-m", "mypy"]),
        ("lint-imports", [python, "-c", imports]),
        ("manage.py makemigrations --check", [python, manage, "makemigrations", "--check", "--dry-run"]),
        ("manage.py check", [python, manage, "check"]),
        (f"pytest -n {WORKERS}", [python, "-m", "pytest", "-n", str(WORKERS), *pytest_arguments]),
    ]


def check_everything(place: Place, steps: Steps, pytest_arguments: list[str]) -> int:
    """Sets up as a trial does, with a server of its own, and runs the checks. 0 when all of them pass."""
    tests = place.for_tests()
    with ExitStack() as stack:
        lock = locks.try_exclusive(tests.var / "run.lock")
        if lock is None:
            raise TrialError("Testerna körs redan i den här mappen: vänta tills de är klara.")
        stack.enter_context(lock)
        children = stack.enter_context(Children())
        installation = packages.Packages(place, children, steps, (packages.RUN, packages.TEST))
        installation.begin()
        installation.finish()
        own = not os.environ.get("DATABASE_URL")
        server = _start_database(place, tests, children, steps, stack) if own else None
        variables = child_variables(tests, *addresses(server))
        results = []
        for title, command in commands(place, pytest_arguments):
            steps.say(f"\n──── {title}")
            started = time.monotonic()
            child = children.start(command, env=variables, cwd=place.project)
            child.wait()
            children.forget(child)
            results.append((title, child.returncode, time.monotonic() - started))
        return summarise(results, steps)


def summarise(results: list[tuple[str, int, float]], steps: Steps) -> int:
    failed = [title for title, code, _ in results if code]
    steps.say("\n──── Sammanfattning")
    for title, code, seconds in results:
        steps.say(f"{'godkänd ' if code == 0 else 'UNDERKÄND'} {title} ({seconds:.0f} s)")
    steps.say(f"Underkända: {', '.join(failed)}" if failed else "Allt är godkänt.")
    return 1 if failed else 0


def _start_database(place: Place, tests: Place, children: Children, steps: Steps, stack: ExitStack) -> Server:
    """A new server each time: nothing of it is kept, so it need not be safe, only fast."""
    lock = stack.enter_context(environment.take_ownership(tests))
    tests.forget_everything()
    stack.callback(tests.forget_everything)
    account = environment.account_for(place)
    programs = choose(account, place.environment, choice(os.environ))
    server = Server(programs, tests.data_root(account), account, children, tests.log("postgresql"), fast=True)
    with steps.step(f"Startar testernas databas: {programs.name}"):
        server.prepare()
        server.start(lock)
    stack.callback(server.stop)
    return server
