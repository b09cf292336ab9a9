"""Somebody who looks at a page again and again while something else goes on."""

import threading
import time
from types import TracebackType
from typing import Self

from django.db import connection
from django.test import Client, override_settings

from tests.benchmarks.report import Measure
from tests.factories.core import UserFactory
from vp_portal.core.access import Role

PAGES = ("/finance/", "/")
_PAUSE = 0.2


class Visitor:
    """A controller in a thread of their own, for as long as the `with` lasts."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._visit)
        self._user = UserFactory(role=Role.CONTROLLER)

    def _visit(self) -> None:
        try:
            self._look_again_and_again()
        finally:
            connection.close()

    def _look_again_and_again(self) -> None:
        client = Client(SERVER_NAME="127.0.0.1")
        static = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
        with override_settings(STORAGES={**static, "default": _FILES}, SECURE_SSL_REDIRECT=False):
            client.force_login(self._user)
            for path in PAGES:
                client.get(path)
            while not self._stop.is_set():
                for path in PAGES:
                    started = time.perf_counter()
                    response = client.get(path)
                    self.seconds.append(time.perf_counter() - started)
                    if response.status_code != 200:
                        raise RuntimeError(f"{path}: {response.status_code}")
                self._stop.wait(_PAUSE)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()

    def measures(self) -> list[Measure]:
        ordered = sorted(self.seconds)
        return [
            Measure(f"andra sidor under bokföringen ({len(ordered)} svar): hälften inom", ordered[len(ordered) // 2]),
            Measure("… det långsammaste", ordered[-1], most=1),
        ]


_FILES = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
