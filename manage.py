#!/usr/bin/env python3
"""Django's command line. Without DATABASE_URL it works on the trial's private server."""

import importlib.util
import os
import sys

#: Run as the role of DATABASE_OWNER_URL: what makes tables, or changes what else is only ever added to.
OWNERS_COMMANDS = {"migrate", "flush", "database_rights", "anonymise_person", "trim_traces"}


def main() -> None:
    if importlib.util.find_spec("django") is None:
        sys.exit("Django saknas i denna Python: kör python3 run.py en gång och sedan .venv/bin/python manage.py …")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vp_portal.settings")
    if sys.argv[1:2] and sys.argv[1] in OWNERS_COMMANDS:
        os.environ["VP_AS_OWNER"] = "1"
    from vp_portal.trial.environment import trial_environment

    with trial_environment():
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
