"""What `_components/status_badge.html` shows: a sign, a word and a tone, never a tone alone."""

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise

Tone = Literal["ok", "watch", "risk", "muted", "info"]


@dataclass(frozen=True)
class Badge:
    """`icon` is a sign of `_components/icon.html`: ○ ● ◐ ▲ ✓ ✕ or a name there."""

    label: str | Promise
    tone: Tone
    icon: str = ""
