"""The arguments of `run.py`."""

import argparse
import os
import subprocess
import sys
from typing import NoReturn

from vp_portal.trial.steps import Steps, TrialError

HELP = """\
Kör VP-portalen på den här datorn, utan annat än Python 3.11 eller nyare.

  python3 run.py                 sätter upp och startar portalen på http://127.0.0.1:8000/
  python3 run.py --port 8080     på en annan port
  python3 run.py --reset         börjar om: tar bort databasen och läser in demon på nytt
  python3 run.py test            kör alla kontroller och tester; resten av raden går till pytest
  python3 run.py --help          visar den här texten

Allt som görs hamnar i .venv/ och var/. Ctrl-C stoppar allt och databasen finns kvar till nästa gång.
DATABASE_URL väljer en egen PostgreSQL; VP_POSTGRES=installed eller wheel väljer vilken server provet startar.
Mer står i vp_portal/docs/operations.md.
"""


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise TrialError("Argumenten går inte att förstå: python3 run.py --help visar vad som går.")


def main(arguments: list[str]) -> int:
    """Runs the command; its exit code. What a user can mend is said in a sentence, without a traceback."""
    if os.name != "posix":
        print("VP-portalen körs på Linux och macOS: använd WSL på Windows.", file=sys.stderr)
        return 1
    from vp_portal.trial.portal import open_standard_streams, stop_on_signals

    open_standard_streams()
    stop_on_signals()
    try:
        return _run(arguments)
    except TrialError as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        print("\nStoppat.", flush=True)
        return 130
    except (OSError, subprocess.SubprocessError) as error:
        print(f"\n{_explain(error)}", file=sys.stderr, flush=True)
    return 1


def _run(arguments: list[str]) -> int:
    from vp_portal.trial.place import Place

    place = Place.usual()
    if arguments[:1] == ["test"]:
        from vp_portal.trial.checks import check_everything

        return check_everything(place, Steps(), arguments[1:])
    parser = Parser(prog="run.py", add_help=False, allow_abbrev=False)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--reset", action="store_true")
    parser.add_argument("--help", "-h", action="store_true")
    options = parser.parse_args(arguments)
    if options.help:
        print(HELP, end="")
        return 0
    from vp_portal.trial.portal import serve

    return serve(place, Steps(), options.port, options.reset)


def _explain(error: Exception) -> str:
    if isinstance(error, PermissionError) and error.filename:
        return (
            f"{error.filename} får inte användas av den här användaren: kör som den som äger filen, "
            "eller ta bort var/ och .venv/ och kör igen."
        )
    return f"Något på datorn sade nej ({error}): rätta det och kör igen."
