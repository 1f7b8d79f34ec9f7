"""A query made ready, and one that a worker works on while nobody waits: what the event loop hands on to a thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from kunskapsgraf.graph.run import Run
    from kunskapsgraf.graph.store import Dataset


class Asked(NamedTuple):
    """All that an answer depends on, but the snapshot: a key to keep it by."""

    query: str
    format: str
    dataset: Dataset
    most_bytes: int
    cut: bool
    kind: str


@dataclass(frozen=True)
class Prepared:
    """A query made ready for a worker."""

    asked: Asked
    request: dict[str, Any]
    frame: bytes


@dataclass(frozen=True)
class Begun:
    """A query that a worker works on while nobody waits; it is finished, taken up by ``answer``, or abandoned."""

    asked: Asked
    run: Run


BEGUN: ContextVar[Begun | None] = ContextVar("begun", default=None)
"""The query that was begun for the current thread's request; ``answer`` takes it up when it is asked the same."""


@contextmanager
def taking_up(begun: Begun | None) -> Iterator[None]:
    """Let a query that was begun be taken up, and let go of it where it was not."""
    BEGUN.set(begun)
    try:
        yield
    finally:
        if (left := BEGUN.get()) is not None:
            BEGUN.set(None)
            left.run.abandon()
