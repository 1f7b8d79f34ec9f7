"""Tell how a build goes: which step, what of it is done, and how long it has taken."""

from __future__ import annotations

import time
from collections.abc import Callable

Progress = Callable[[str, str, int, int], None]
"""Called with a text in Swedish, in English, the number of the step and the number of steps."""
STEPS = {
    "read": ("läser", "reading"),
    "check": ("kontrollerar", "checking"),
    "send": ("skickar", "sending"),
    "find": ("ser efter vilka grafer som finns", "looking which graphs there are"),
    "reason": ("härleder", "reasoning"),
    "close": ("sluter", "closing"),
    "unite": ("förenar", "uniting"),
    "describe": ("beskriver", "describing"),
    "show": ("visar", "showing"),
    "tidy": ("städar", "tidying"),
}
_ORDER = (
    ("read",),
    ("check",),
    ("send", "find"),
    ("reason",),
    ("close",),
    ("unite",),
    ("describe",),
    ("show",),
    ("tidy",),
)
_SECONDS = 2.0
"""Between two texts of one step: more often tells no more."""


class Watch:
    """Tells each step as it begins, and within one at most so often."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._began = self._told = time.monotonic()
        self._step = "read"

    def begin(self, step: str) -> None:
        """Begin a step."""
        self._step = step
        self._say("", "")

    def tell(self, sv: str, en: str, done: int = 0, of: int = 0) -> None:
        """Tell what the step does; ``done`` of ``of``, of which the last is always told."""
        if time.monotonic() - self._told >= _SECONDS or done == of:
            self._say(sv, en, f" ({done}/{of})" if of else "")

    def end(self) -> None:
        """Tell that the build has ended."""
        self._say("klart", "done")

    def _say(self, sv: str, en: str, more: str = "") -> None:
        self._told = time.monotonic()
        seconds = f"{self._told - self._began:.1f} s"
        number = next(n for n, steps in enumerate(_ORDER, 1) if self._step in steps)
        sv, en = (": ".join(filter(None, texts)) for texts in zip(STEPS[self._step], (sv, en), strict=True))
        self._progress(f"{sv}{more}, {seconds}", f"{en}{more}, {seconds}", number, len(_ORDER))
