"""Places for queries, fair use, the spool, the count of rows and the cache: each by itself."""

from __future__ import annotations

import errno
import json
import threading
import time
from pathlib import Path
from typing import IO, Any

import pytest
from conftest import wait_for
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, QuerySolutions, Store

from kunskapsgraf.errors import Overloaded, SpoolFull, UnfairUse
from kunskapsgraf.graph.cache import Cache
from kunskapsgraf.graph.fairness import Ledger
from kunskapsgraf.graph.lanes import Lanes
from kunskapsgraf.graph.rows import RowCounter
from kunskapsgraf.graph.spool import IN_MEMORY, Spools

# Lanes


def test_queue_is_full() -> None:
    """With every place and every chair in the queue taken, the next is turned away at once, and told how many."""
    lanes = Lanes(places=1, slow_places=1, queue=1, wait_seconds=30)
    lanes.enter()
    waiting = threading.Thread(target=lanes.enter)
    waiting.start()
    wait_for(lambda: lanes.waiting == 1, "one waits")
    began = time.monotonic()
    with pytest.raises(Overloaded, match="1 frågor körs och 1 väntar"):
        lanes.enter()
    assert time.monotonic() - began < lanes.wait_seconds / 2
    lanes.leave(slow=False)
    waiting.join(5)
    assert (1, 0) == (lanes.running, lanes.waiting)
    lanes.leave(slow=False)
    assert 0 == lanes.running


def test_wait_ends() -> None:
    """Who waits too long is turned away, and leaves no trace in the queue."""
    lanes = Lanes(places=1, slow_places=1, queue=5, wait_seconds=0.05)
    lanes.enter()
    with pytest.raises(Overloaded, match=r"0\.05 sekunder"):
        lanes.enter()
    assert (1, 0) == (lanes.running, lanes.waiting)


@pytest.mark.parametrize(("places", "slow", "expected"), [(8, 4, 4), (4, 8, 3), (1, 4, 1), (2, 2, 1)])
def test_slow_lane(places: int, slow: int, expected: int) -> None:
    """The slow lane never takes the last place, however it is set, where there are two."""
    lanes = Lanes(places, slow, 0, 0)
    for _ in range(places):
        lanes.enter()
    assert [True] * expected + [False] == [lanes.move() for _ in range(expected + 1)]
    lanes.leave(slow=True)
    assert lanes.move()


def test_step_aside() -> None:
    """Who steps aside hands its place to who waits, and only then; so many may, and their end frees no place."""
    lanes = Lanes(places=2, slow_places=1, queue=9, wait_seconds=30)
    for _ in range(2):
        lanes.enter()
    assert not lanes.step_aside(), "nobody waits"
    waiting = [threading.Thread(target=lanes.enter) for _ in range(3)]
    for thread in waiting:
        thread.start()
    wait_for(lambda: lanes.waiting == 3, "three wait")
    assert [True, True, False] == [lanes.step_aside() for _ in range(3)]
    assert (2, 2, 1) == (lanes.running, lanes.aside, lanes.waiting)
    lanes.leave(slow=False, aside=True)
    assert (2, 1, 1) == (lanes.running, lanes.aside, lanes.waiting)
    lanes.leave(slow=False)
    for thread in waiting:
        thread.join(5)
    for aside in (True, False, False):
        lanes.leave(slow=False, aside=aside)
    assert (0, 0, 0) == (lanes.running, lanes.aside, lanes.waiting)


def test_places_for_a_moment() -> None:
    """Two of eight places are for first moments: they are free however many wait, and no one else takes them."""
    lanes = Lanes(places=8, slow_places=4, queue=0, wait_seconds=30, light_places=2)
    for _ in range(6):
        lanes.enter()
    with pytest.raises(Overloaded):
        lanes.enter()
    assert [True, True, False] == [lanes.enter_light() for _ in range(3)]
    assert 8 == lanes.running
    lanes.leave_light()
    assert (7, True) == (lanes.running, lanes.enter_light())


def test_stay_beyond_the_moment() -> None:
    """Who needs more than its moment takes another place where one is free and nobody waits, and frees its own."""
    lanes = Lanes(places=8, slow_places=4, queue=9, wait_seconds=30, light_places=2)
    for _ in range(5):
        lanes.enter()
    assert lanes.enter_light()
    assert lanes.stay()
    assert (0, 6) == (lanes.light, lanes.heavier)
    assert lanes.enter_light()
    assert not lanes.stay(), "no other place is free"
    # It goes on without a place, as up to two for each place but the first may, and its moment's place is free again.
    assert lanes.stay_aside()
    assert (0, 6, 1) == (lanes.light, lanes.heavier, lanes.aside)
    for _ in range(13):
        assert lanes.enter_light()
        assert lanes.stay_aside()
    assert lanes.enter_light()
    assert not lanes.stay_aside()
    lanes.leave_light()
    for _ in range(14):
        lanes.leave(slow=False, aside=True)
    waiting = threading.Thread(target=lanes.enter)
    waiting.start()
    while lanes.waiting == 0:
        time.sleep(0.01)
    assert lanes.enter_light()
    lanes.leave(slow=False)  # the place goes to who waits, not to who had a moment
    waiting.join(5)
    assert not lanes.stay()
    lanes.leave_light()
    for _ in range(6):
        lanes.leave(slow=False)
    assert (0, 0, 0) == (lanes.running, lanes.aside, lanes.waiting)


def test_no_places_for_a_moment() -> None:
    """A service of few places keeps none: a moment takes any that is free while nobody waits."""
    lanes = Lanes(places=1, slow_places=1, queue=9, wait_seconds=30)
    assert lanes.enter_light()
    assert not lanes.enter_light()
    assert lanes.stay()
    assert 1 == lanes.running
    waiting = threading.Thread(target=lanes.enter)
    waiting.start()
    while lanes.waiting == 0:
        time.sleep(0.01)
    lanes.leave(slow=False)
    waiting.join(5)
    lanes.leave(slow=False)
    assert 0 == lanes.running


# Fair use


class Clock:
    """A clock that a test winds."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


def test_ledger() -> None:
    """A client that has used its seconds is refused with the time to wait, others and it itself later are not."""
    clock = Clock()
    ledger = Ledger(seconds=60, window=300, clock=clock)
    ledger.add("a", 59)
    ledger.check("a")
    ledger.add("a", 11)
    with pytest.raises(UnfairUse) as caught:
        ledger.check("a")
    # 70 used of 60: 10 too many, and a tenth of the allowance besides, at 60 seconds in 300.
    assert (10 + 6) * 5 == caught.value.retry_after
    ledger.check("b")
    clock.now += caught.value.retry_after
    ledger.check("a")


def test_ledger_does_not_count_our_own() -> None:
    """A query that no client asked, as on the command line, is never refused."""
    ledger = Ledger(seconds=1, window=300)
    ledger.add("", 1000)
    ledger.check("")


# The spool


def spooled(spools: Spools, size: int) -> bytes:
    """Write a result of a size and read it back."""
    spool = spools.open()
    written = bytes(i % 251 for i in range(1000)) * (size // 1000)
    for start in range(0, size, 300_000):
        spool.write(written[start : start + 300_000])
    spool.finish()
    try:
        assert (size > IN_MEMORY) == spool.is_on_disk
        assert size == len(spool)
        assert written == b"".join(spool) == spool.read()
    finally:
        spool.close()
    return written


@pytest.mark.parametrize("size", [0, 1000, IN_MEMORY, IN_MEMORY + 1000, 5_000_000])
def test_spool(tmp_path: Path, size: int) -> None:
    """What is written is read back, from memory or from the disk, and nothing is left in the folder."""
    spools = Spools(tmp_path / "new", 10_000_000)
    spooled(spools, size)
    assert 0 == spools.used
    assert [] == list(tmp_path.rglob("*.*"))


def test_spool_is_bounded(tmp_path: Path) -> None:
    """Results beyond the room for all together are refused, and the room is free again afterwards."""
    spools = Spools(tmp_path, 3_000_000)
    first, second = spools.open(), spools.open()
    first.write(bytes(2_000_000))
    with pytest.raises(SpoolFull, match="3000000 byte"):
        second.write(bytes(2_000_000))
    for spool in (first, second, first):
        spool.close()
    assert 0 == spools.used
    spooled(spools, 3_000_000)


def test_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk without room gives a clean error, and the room that was counted is given back."""

    def full(*_: object, **__: object) -> IO[bytes]:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("kunskapsgraf.graph.spool.tempfile.TemporaryFile", full)
    spools = Spools(tmp_path, 10_000_000)
    spool = spools.open()
    with pytest.raises(SpoolFull, match="No space left"):
        spool.write(bytes(IN_MEMORY + 1))
    spool.close()
    assert 0 == spools.used


# Rows

AWKWARD = ["},{", '},{"', '"},{"', "a\nb", '"', '""', ",\r\n", "<result>", "\\", '\\"},{', "", '":{', '},{"s":{']


@pytest.mark.parametrize("piece", [1, 7, 1000, 1_000_000])
@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT ?s ?o { ?s ?p ?o }", len(AWKWARD)),
        ("SELECT ?o { ?s ?p ?o }", len(AWKWARD)),
        ("SELECT ?x ?o ?y { ?s ?p ?o }", len(AWKWARD)),
        ("SELECT ?x { ?s ?p ?o }", len(AWKWARD)),
        ("SELECT * { ?s <urn:none> ?o }", 0),
    ],
)
def test_rows(query: str, expected: int, name: str, piece: int) -> None:
    """Rows are counted in every format, whatever their values hold and wherever the pieces end."""
    store = Store()
    for number, text in enumerate(AWKWARD):
        store.add(Quad(NamedNode(f"urn:s{number}"), NamedNode("urn:p"), Literal(text)))
    found = store.query(query)
    assert isinstance(found, QuerySolutions)
    written: bytes = found.serialize(format=getattr(QueryResultsFormat, name.upper())) or b""
    counter = RowCounter(name)
    for start in range(0, len(written), piece):
        counter.add(written[start : start + piece])
    assert expected == counter.rows


def test_rows_of_a_truth_value() -> None:
    """An ASK and a graph have no rows."""
    for name, written in (("json", json.dumps({"head": {}, "boolean": True})), ("ttl", "<a> <b> <c> .\n")):
        assert 0 == RowCounter(name).add(written.encode())


# The cache


def test_cache() -> None:
    """What was used longest ago goes first; a new version empties; what is too large is not kept."""
    cache: Cache[str] = Cache(80)
    for key in "abcdefgh":
        cache.put("1", key, key.upper(), 10)
    assert "A" == cache.get("1", "a")
    cache.put("1", "i", "I", 10)
    assert (None, "A", "I", 80) == (cache.get("1", "b"), cache.get("1", "a"), cache.get("1", "i"), cache.bytes)
    cache.put("1", "large", "L", 11)
    assert None is cache.get("1", "large")
    assert None is cache.get("2", "a")
    cache.put("2", "a", "new", 10)
    assert ("new", None, 10) == (cache.get("2", "a"), cache.get("2", "i"), cache.bytes)


def test_no_cache() -> None:
    """A cache of no bytes keeps nothing."""
    cache: Cache[Any] = Cache(0)
    cache.put("1", "a", "A", 1)
    assert None is cache.get("1", "a")
