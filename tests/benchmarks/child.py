"""Books a file in a process of its own and says what came of it, how long it took and how much memory it had.

`python -m tests.benchmarks.child FILE [option …]`, with the settings in the environment.
"""

import contextlib
import io
import json
import os
import sys
import time
from pathlib import Path


def main() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    settings.MEDIA_ROOT = os.environ["BENCHMARK_MEDIA"]
    connection.ensure_connection()
    out = io.StringIO()
    started = time.perf_counter()
    with contextlib.suppress(SystemExit):
        call_command("import_postings", *sys.argv[1:], "--json", stdout=out)
    took = time.perf_counter() - started
    result = json.loads(out.getvalue())
    result["errors"] = result["errors"][:3]
    sys.stdout.write(json.dumps({"result": result, "seconds": took, "peak_kib": _peak_kib()}))


def _peak_kib() -> int:
    """The largest that this process has been, from its own figures: what it was started from does not count."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1])
    return 0


if __name__ == "__main__":
    main()
