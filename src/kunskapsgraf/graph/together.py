"""Ask several things of a store side by side: what a view is made of is independent, and workers answer on several cores."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from kunskapsgraf.errors import Overloaded

Found = TypeVar("Found")
_MOST = max(2, min(4, os.cpu_count() or 1))
"""Questions of one reader at a time: the places for queries are for all."""


def together(*calls: Callable[[], Found]) -> list[Found]:
    """Make each call in a thread of its own, in the context of the caller; give what they give, in order.

    Each waits for its own place among the queries; what found no room to wait beside the others is asked again after
    them, so that a service of one place answers too. Raises what the first of those that fail raises, when all have ended.
    """
    if len(calls) < 2:
        return [call() for call in calls]
    with ThreadPoolExecutor(_MOST) as threads:
        asked = [threads.submit(copy_context().run, call) for call in calls]
    return [_result(one, call) for one, call in zip(asked, calls, strict=True)]


def _result(asked: Future[Found], call: Callable[[], Found]) -> Found:
    try:
        return asked.result()
    except Overloaded:
        return call()
