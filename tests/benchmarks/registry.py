"""Which benchmarks there are."""

from collections.abc import Callable

from tests.benchmarks import economy, import_file, plan
from tests.benchmarks.report import Options, Report

BENCHMARKS: dict[str, Callable[[Options], Report]] = {
    "import": import_file.run,
    "plan": plan.run,
    "economy": economy.run,
}
