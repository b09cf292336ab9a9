"""A background worker that takes a pause between the check for what is booked and the booking.

`python -m tests.browser.racing_worker SECONDS [unlocked]`; unlocked, it leaves the ledger's lock out.
"""

import sys
import time
from typing import Any


def main() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from finance.actions import allocation, imports, overlap

    in_the_way = overlap.in_the_way

    def slowly(*args: Any) -> Any:
        found = in_the_way(*args)
        time.sleep(float(sys.argv[1]))
        return found

    overlap.in_the_way = slowly
    if "unlocked" in sys.argv:
        imports.hold_ledger = allocation.hold_ledger = lambda: None
    call_command("procrastinate", "worker")


if __name__ == "__main__":
    main()
