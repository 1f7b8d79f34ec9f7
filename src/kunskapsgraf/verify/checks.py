"""What a check is, and how one ends: held, not held, not supported, or not tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from kunskapsgraf.verify.probe import Probe

HELD, NOT_HELD, NOT_SUPPORTED, NOT_TRIED = "held", "not held", "not supported", "not tried"


class Said(NamedTuple):
    """A text in both languages."""

    sv: str
    en: str

    def of(self, language: str) -> str:
        """Give the text in a language."""
        return self.en if language == "en" else self.sv


NOTHING = Said("", "")


class Ended(Exception):
    """A check has ended otherwise than held; ``state`` says how, ``said`` what was seen."""

    state = NOT_HELD

    def __init__(self, sv: str, en: str) -> None:
        super().__init__(en)
        self.said = Said(sv, en)


class NotHeld(Ended):
    """The engine does otherwise than promised."""


class NotSupported(Ended):
    """The engine says that it does not do this."""

    state = NOT_SUPPORTED


class NotTried(Ended):
    """What the check needs is not here."""

    state = NOT_TRIED


@dataclass(frozen=True)
class Check:
    """One promise.

    ``meaning`` says what it means for the service where it is broken, ``mend`` how to mend it. Without ``needed`` the
    service works all the same, as ``meaning`` says; ``writes`` tells that something must be written first. ``run`` may
    give something to tell of a promise that is held.
    """

    name: str
    group: str
    title: Said
    meaning: Said
    mend: Said
    run: Callable[[Probe], Said | None]
    needed: bool = True
    writes: bool = True


@dataclass(frozen=True)
class Outcome:
    """How a check ended, what was seen, and the seconds that it took."""

    check: Check
    state: str
    seen: Said
    seconds: float

    @property
    def is_broken(self) -> bool:
        """Whether the service cannot do its work because of it."""
        return self.check.needed and self.state in (NOT_HELD, NOT_SUPPORTED)
