"""Results of a build that are kept for the next one, by the digest of all that they follow from.

They lie in ``home/cache``, take a bounded share of the disk and may be deleted at any time: a build without them is the
same, and slower. What is damaged is not used.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from kunskapsgraf.graph.rdf import Triple
from kunskapsgraf.graph.snapshot import digest_of

MOST_BYTES = 200_000_000
_DIGEST = 32


class Results:
    """The kept results of one kind of step; without a folder nothing is kept."""

    def __init__(self, folder: Path | None, most: int = MOST_BYTES) -> None:
        self._folder, self._most = folder, most

    def get(self, key: str) -> bytes | None:
        """Give a result that was kept; ``None`` where there is none, or it is damaged."""
        if self._folder is None:
            return None
        path = self._folder / key
        try:
            held = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        digest, body = held[:_DIGEST], held[_DIGEST:]
        return body if hashlib.sha256(body).digest() == digest else None

    def put(self, key: str, body: bytes) -> None:
        """Keep a result, and let the oldest go where they are too many; no room is no error."""
        if self._folder is None:
            return
        path, making = self._folder / key, self._folder / f".making-{os.getpid()}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            making.write_bytes(hashlib.sha256(body).digest() + body)
            making.replace(path)
            self._shrink()
        except OSError:
            making.unlink(missing_ok=True)

    def _shrink(self) -> None:
        assert self._folder is not None, "something was kept"
        found = sorted(((file.stat(), file) for file in self._folder.iterdir()), key=lambda one: -one[0].st_mtime_ns)
        held = 0
        for stat, file in found:
            held += stat.st_size
            if held > self._most:
                file.unlink(missing_ok=True)

    @cached_property
    def code(self) -> str:
        """The digest of the code that makes results."""
        package = Path(__file__).parents[1]
        files = sorted(path for area in ("graph", "pipeline", "reasoner") for path in (package / area).rglob("*.py"))
        return key_of(*(digest_of(path) for path in files))


def key_of(*parts: str) -> str:
    """Give one digest for texts in order."""
    return hashlib.sha256("\n".join(hashlib.sha256(part.encode()).hexdigest() for part in parts).encode()).hexdigest()


def digest_of_triples(triples: Iterable[Triple]) -> str:
    """Give the digest of a set of statements, in whatever order they come.

    It is that of their own digests, sorted: their texts at once would take as much memory as all that was read.
    """
    each = {hashlib.sha256(str(triple).encode()).digest() for triple in triples}
    return hashlib.sha256(b"".join(sorted(each))).hexdigest()
