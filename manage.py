#!/usr/bin/env python3
"""Django's command line. Without DATABASE_URL it works on the trial's private server."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vp_portal.settings")
    from vp_portal.trial.environment import trial_environment

    with trial_environment():
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
