"""What is asked side by side: in order, in the caller's context, whole or with the first error, and with one place too."""

from __future__ import annotations

import threading
from contextvars import ContextVar
from dataclasses import replace

import pytest

from kunskapsgraf.errors import Overloaded, QueryTimeout
from kunskapsgraf.graph.store import EmbeddedStore, select
from kunskapsgraf.graph.together import together
from kunskapsgraf.settings import Settings

SPOKEN: ContextVar[str] = ContextVar("spoken", default="sv")


def test_answers_keep_their_order() -> None:
    """The first call ends after the second, and stands first all the same."""
    second_is_done = threading.Event()

    def first() -> str:
        assert second_is_done.wait(30), "the calls do not run side by side"
        return "first"

    def second() -> str:
        second_is_done.set()
        return "second"

    assert ["first", "second"] == together(first, second)
    assert [] == together()
    assert ["alone"] == together(lambda: "alone")


def test_calls_see_the_callers_context() -> None:
    """The language of a request is that of all that it asks; what a call sets stays its own."""
    token = SPOKEN.set("en")
    try:
        assert ["en", "en", "en"] == together(SPOKEN.get, SPOKEN.get, SPOKEN.get)
        together(lambda: SPOKEN.set("fi"), lambda: SPOKEN.set("no"))
        assert "en" == SPOKEN.get()
    finally:
        SPOKEN.reset(token)


def test_the_first_error_is_raised() -> None:
    """Of two that fail the first in order is told, when all have ended."""
    ended = []

    def fails(error: Exception) -> None:
        ended.append(error)
        raise error

    with pytest.raises(QueryTimeout):
        together(lambda: fails(QueryTimeout("a", "a")), lambda: fails(ValueError()), lambda: fails(ValueError()))
    assert 3 == len(ended)


def test_a_full_queue_is_asked_again_once() -> None:
    """What found no room beside the others is asked after them; a queue that stays full is told."""
    tries = []

    def crowded() -> int:
        tries.append(1)
        if len(tries) == 1:
            raise Overloaded("full", "full")
        return len(tries)

    def full() -> int:
        raise Overloaded("full", "full")

    assert [2, 7] == together(crowded, lambda: 7)
    with pytest.raises(Overloaded):
        together(full, lambda: 7)


def test_a_service_of_one_place_answers(small: Settings) -> None:
    """One query process and no queue: a view of several queries has its answers."""
    store = EmbeddedStore(replace(small, workers=1, slow_workers=1, queue=0))
    try:
        texts = [f"SELECT (COUNT(*) AS ?n{number}) WHERE {{ ?s ?p ?o }}" for number in range(4)]
        found = together(*(lambda text=text: select(store, text) for text in texts))
        assert [[f"n{number}"] for number in range(4)] == [list(rows[0]) for rows in found]
    finally:
        store.close()
