"""An engine as whoever asks it sees it: one connection, the rows of an answer, and what its processes and files take."""

from __future__ import annotations

import http.client
import json
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

_XSD = "http://www.w3.org/2001/XMLSchema#"
_WHOLE = frozenset(_XSD + name for name in ("int", "long", "short", "nonNegativeInteger", "positiveInteger"))
_NUMBERS = frozenset({_XSD + "integer", _XSD + "decimal"})
_BLOCK = 512
_BOOLEANS = {"1": "true", "0": "false"}


class Door:
    """One connection to a SPARQL endpoint, kept open; ``more`` goes with each question that sees the default graph."""

    def __init__(self, address: str, limit: float, more: Mapping[str, str] | None = None, **headers: str) -> None:
        parts = urllib.parse.urlsplit(address)
        self.port = parts.port or 80
        self._path = parts.path or "/"
        self._more = dict(more or {})
        self._headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self._connection = http.client.HTTPConnection(parts.hostname or "", self.port, timeout=limit)

    def ask(self, query: str, *, named: bool = False) -> tuple[float, int, bytes]:
        """Give the milliseconds, the status and the body; status 0 where there was no answer in time."""
        given = {"query": query} | ({} if named else self._more)
        return self._send(given, "application/sparql-results+json")

    def update(self, text: str) -> tuple[float, int, bytes]:
        """Change something; give the same."""
        return self._send({"update": text}, "*/*")

    def close(self) -> None:
        """Close the connection; the next question opens another."""
        self._connection.close()

    def _send(self, given: Mapping[str, str], accept: str) -> tuple[float, int, bytes]:
        body = urllib.parse.urlencode(given).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": accept, **self._headers}
        for tries_left in (1, 0):
            began = time.perf_counter()
            try:
                self._connection.request("POST", self._path, body, headers)
                found = self._connection.getresponse()
                content = found.read()
            except (ConnectionError, http.client.HTTPException) as error:
                self._connection.close()
                wrong = str(error).encode()
                if not tries_left:
                    break
                # A server may close what was long idle; it has not seen the question then.
            except OSError as error:
                self._connection.close()
                wrong = str(error).encode()
                break
            else:
                return (time.perf_counter() - began) * 1000, found.status, content
        return (time.perf_counter() - began) * 1000, 0, wrong


def rows(body: bytes) -> Counter[str]:
    """Give the rows of an answer as a multiset, in one writing; raises ``ValueError`` for what is no answer.

    What engines may write in their own way and mean the same: that a string is a string, ``typed-literal`` of the draft
    for ``literal``, the case of a language, 1 for true, the kind and zeros of whole and decimal numbers.
    """
    try:
        found = json.loads(body)["results"]["bindings"]
    except (KeyError, TypeError) as error:
        raise ValueError("no result") from error
    return Counter(
        json.dumps({name: _plain(term) for name, term in row.items()}, sort_keys=True, ensure_ascii=False)
        for row in found
    )


def _plain(term: Mapping[str, Any]) -> list[str]:
    kind = "literal" if term["type"] == "typed-literal" else str(term["type"])
    datatype, value = str(term.get("datatype", "")), str(term["value"])
    if kind == "bnode":
        return [kind]
    if datatype == _XSD + "string":
        datatype = ""
    elif datatype == _XSD + "boolean":
        value = _BOOLEANS.get(value, value)
    elif datatype in _NUMBERS | _WHOLE:
        datatype = "number"
        with suppress(InvalidOperation):
            value = format(Decimal(value).normalize(), "f")
    return [kind, value, datatype, str(term.get("xml:lang", "")).lower()]


def pss(root: int) -> int:
    """Give the memory of a process and all below it in bytes: what they share is counted once (PSS)."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    below = {root}
    while more := {child for child, parent in parents.items() if parent in below} - below:
        below |= more
    return sum(_pss(one) for one in below)


def _pss(process: int) -> int:
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:")), 0)


def disk(paths: Iterable[Path]) -> int:
    """Give the bytes that files and folders take on the disk, as ``du`` counts them."""
    found = 0
    for path in paths:
        files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
        found += sum(file.stat().st_blocks * _BLOCK for file in files)
    return found
