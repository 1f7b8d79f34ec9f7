"""What changed from the snapshot that served to the one that is to serve, told while both stand: beside them, not in them.

Each graph's dump has one statement a line, in order, so that two of them are compared line by line in one pass: nothing but
what differs is kept, and a graph whose dump has the same digest is not read at all. The lists are bounded; the counts are whole.

A blank node has another name in each version of its file, and so has the IRI that stands for it. Statements with such are
compared by what is said of the node instead (``_Nameless``), so that a line that moved is no change.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

from kunskapsgraf.errors import SnapshotError
from kunskapsgraf.graph import history
from kunskapsgraf.graph.history import Changes, Turn
from kunskapsgraf.graph.snapshot import Snapshot, opened, pointed
from kunskapsgraf.graph.vocabulary import RDF_TYPE, Names

MOST_STATEMENTS = 50
"""Statements that are listed of each kind, added and removed."""
LONGEST_STATEMENT = 2_000
"""Bytes of a statement that is listed; a longer one is counted."""
MOST_MEMBERS = 100
"""Members that are listed of each class, added and removed."""
MOST_CLASSES = 200
MOST_NAMELESS = 200_000
"""Statements with nameless things that are compared, of each snapshot: all of them lie in memory."""
MOST_STEPS = 50
"""Files of changes that are kept, also when the snapshots are gone: a page that was cited is told what has changed since."""
_TYPE = f"<{RDF_TYPE}>".encode()
_END = b" .\n"
_RECORD = "Slutsats"
"""The class of the records of conclusions, which is no gap."""
Line = tuple[str, bytes]
"""A graph, and a statement as N-Triples has it."""


def note(home: Path, snapshot: Snapshot, names: Names) -> None:
    """Write what changes when a snapshot takes over, and what a former build could not; the lock of the build is held.

    A former snapshot that cannot be read, or has no dumps, leaves no file: what changed is then not known.
    """
    now = snapshot.manifest.version
    with suppress(SnapshotError):  # a pointer that cannot be read is about to be written anew
        if former := pointed(home):
            history.catch_up(home, former, now, names)
    served = [*(one.name for one in history.versions(home)), now]
    steps = [step for step in pairwise(served) if step[0] != step[1]][-MOST_STEPS:]
    for step in steps:
        if not _is_told(home, *step):
            _tell(home, *step, names)
    wanted = {history.file_of(home, *step).name for step in steps}
    for file in (home / history.CHANGES).glob("*"):
        if file.name not in wanted:
            file.unlink(missing_ok=True)


def _is_told(home: Path, former: str, version: str) -> bool:
    try:
        return history.changes(home, former, version) is not None
    except ValueError:
        return False


def _tell(home: Path, former: str, version: str, names: Names) -> None:
    folder = home / "snapshots"
    if not {former, version} <= set(history.kept(home)):
        return
    try:
        told = compared(opened(folder / former), opened(folder / version), names)
    except (SnapshotError, ValueError, EOFError, gzip.BadGzipFile, zlib.error):
        return
    file = history.file_of(home, former, version)
    file.parent.mkdir(exist_ok=True)
    fresh = file.with_name(f"{file.name}.new")
    with fresh.open("w", encoding="utf-8") as stream:
        stream.write(told.to_json())
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(file)


def compared(former: Snapshot, snapshot: Snapshot, names: Names) -> Changes:
    """Compare two snapshots; raises ``ValueError`` where their dumps cannot be compared."""
    graphs = sorted(
        graph for graph in {*former.manifest.graphs, *snapshot.manifest.graphs} if not names.is_layer(graph)
    )
    added, removed = _Side(names), _Side(names)
    nameless_before, nameless_after = _Nameless(names), _Nameless(names)
    for graph in graphs:
        before, after = (_dump(one, graph, names) for one in (former, snapshot))
        if before and after and _digest(former, before) == _digest(snapshot, after):
            continue
        olds, news = (
            part.aside(graph, _lines(file)) for part, file in ((nameless_before, before), (nameless_after, after))
        )
        for is_new, line in _differences(olds, news):
            (added if is_new else removed).take(graph, line)
    told = [nameless_before, nameless_after]
    uncompared = max(one.count for one in told) if any(one.is_full for one in told) else 0
    ways = [one.canonical() for one in told] if not uncompared else [set[Line](), set[Line]()]
    for side, lines in ((removed, ways[0] - ways[1]), (added, ways[1] - ways[0])):
        for graph, line in sorted(lines):
            side.take(graph, line, is_nameless=True)
    return Changes(
        former.manifest.version,
        snapshot.manifest.version,
        _turns(added.kinds, removed.kinds),
        _turns(added.gaps, removed.gaps),
        _turns(added.categories, removed.categories),
        Turn(added.nameless, removed.nameless),
        uncompared,
    )


def _dump(snapshot: Snapshot, graph: str, names: Names) -> Path | None:
    """Find the file with a graph's statements; ``None`` where the snapshot has no such graph."""
    if graph not in snapshot.manifest.graphs:
        return None
    name = f"{graph.removeprefix(names.dataset + '/')}.nt.gz"
    if name not in snapshot.manifest.dumps:
        raise ValueError(f"{snapshot.path} has no dump of {graph}")
    return snapshot.path / "dumps" / name


def _digest(snapshot: Snapshot, dump: Path) -> str:
    return snapshot.manifest.dumps[dump.relative_to(snapshot.path / "dumps").as_posix()]


def _lines(dump: Path | None) -> Iterator[bytes]:
    """Read the statements of a dump, each once; raises ``ValueError`` where they are not in order."""
    if dump is None:
        return
    last = b""
    with gzip.open(dump) as packed, io.BufferedReader(packed, 1 << 18) as stream:
        for line in stream:
            if line > last:
                last = line
                yield line
            elif line < last:
                raise ValueError(f"{dump} is not in order")


def _differences(before: Iterator[bytes], after: Iterator[bytes]) -> Iterator[tuple[bool, bytes]]:
    """Give the lines that only one of two ordered files has: true for those of the second."""
    old, new = next(before, None), next(after, None)
    while old is not None or new is not None:
        if old == new:
            old, new = next(before, None), next(after, None)
        elif new is None or (old is not None and old < new):
            assert old is not None, "one of them has lines"
            yield False, old
            old = next(before, None)
        else:
            yield True, new
            new = next(after, None)


class _Counted:
    """A count with the first of what is counted."""

    def __init__(self) -> None:
        self.count = 0
        self.first: list[str] = []

    def take(self, text: str | None, most: int) -> None:
        """Count one; ``None`` is not listed."""
        self.count += 1
        if text is not None and len(self.first) < most:
            self.first.append(text)


class _Side:
    """What came, or what went: by kind of graph, and by class."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._classes = f"<{names.terms}".encode()
        self.kinds: dict[str, _Counted] = defaultdict(_Counted)
        self.gaps: dict[str, _Counted] = defaultdict(_Counted)
        self.categories: dict[str, _Counted] = defaultdict(_Counted)
        self.nameless = 0

    def take(self, graph: str, line: bytes, *, is_nameless: bool = False) -> None:
        """Take in a statement of a graph."""
        kind = self._names.kind_of_graph(graph)
        is_listed = not is_nameless and len(line) <= LONGEST_STATEMENT
        text = f"{line.removesuffix(_END).decode()} <{graph}> ." if is_listed else None
        self.kinds[kind].take(text, MOST_STATEMENTS)
        if is_nameless:
            self.nameless += 1
            return
        subject, predicate, target = _parts(line)
        if kind in ("inferred", "closed") and predicate == _TYPE and target.startswith(self._classes):
            name = target.decode()[1:-1]
            if name != self._names.terms + _RECORD:
                classes = self.gaps if kind == "closed" else self.categories
                classes[name].take(subject.decode()[1:-1], MOST_MEMBERS)


def _turns(added: dict[str, _Counted], removed: dict[str, _Counted]) -> dict[str, Turn]:
    """Put what came and what went side by side, the names with most of both first where there are too many."""
    nothing = _Counted()
    found = {name: (added.get(name, nothing), removed.get(name, nothing)) for name in sorted({*added, *removed})}
    most = sorted(found, key=lambda name: -sum(one.count for one in found[name]))[:MOST_CLASSES]
    return {
        name: Turn(came.count, went.count, tuple(came.first), tuple(went.first))
        for name, (came, went) in found.items()
        if name in most
    }


class _Nameless:
    """The statements of one snapshot with things that have no name of their own, in graphs that differ."""

    def __init__(self, names: Names) -> None:
        self._marks = (b"_:", f"<{names.nameless}".encode())
        self._lines: list[Line] = []
        self.count = 0

    @property
    def is_full(self) -> bool:
        """Tell whether there are more than are compared."""
        return self.count > MOST_NAMELESS

    def aside(self, graph: str, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Give the lines that name all they speak of; keep the others."""
        blank, standing_in = self._marks
        for line in lines:
            # Most lines hold neither, and a text that does is no node.
            if (blank in line or standing_in in line) and any(end.startswith(self._marks) for end in _ends(line)):
                self.count += 1
                if not self.is_full:
                    self._lines.append((graph, line))
            else:
                yield line

    def canonical(self) -> set[Line]:
        """Give the statements with each node named by a digest of what is said of it, however it was called.

        A node that is told in no graph that differs is called the same in both. Nodes that lead to each other in a circle are
        told apart by what else is said of them.
        """
        said: dict[bytes, list[tuple[bytes, bytes]]] = defaultdict(list)
        for _, line in self._lines:
            subject, predicate, target = _parts(line)
            if subject.startswith(self._marks):
                said[subject].append((predicate, target))
        below = {node: [target for _, target in told if target in said] for node, told in said.items()}
        named: dict[bytes, bytes] = {}

        def name(node: bytes) -> bytes:
            told = (way + b" " + named.get(end, b"_:circle" if end in said else end) for way, end in said[node])
            return b"_:" + hashlib.sha256(b"\n".join(sorted(told))).hexdigest().encode()

        order = TopologicalSorter(below)
        with suppress(CycleError):  # what leads to no circle is in order all the same
            order.prepare()
        while order.is_active() and (ready := order.get_ready()):
            named |= {node: name(node) for node in ready}
            order.done(*ready)
        named |= {node: name(node) for node in set(said) - set(named)}
        return {(graph, _renamed(line, named)) for graph, line in self._lines}


def _parts(line: bytes) -> tuple[bytes, bytes, bytes]:
    """Cut a statement into subject, predicate and object; only the last may hold a space."""
    subject, predicate, target = line.removesuffix(_END).split(b" ", 2)
    return subject, predicate, target


def _ends(line: bytes) -> tuple[bytes, bytes]:
    subject, _, target = _parts(line)
    return subject, target


def _renamed(line: bytes, named: dict[bytes, bytes]) -> bytes:
    subject, predicate, target = _parts(line)
    return b"%b %b %b .\n" % (named.get(subject, subject), predicate, named.get(target, target))
