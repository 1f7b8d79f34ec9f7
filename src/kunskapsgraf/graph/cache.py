"""A cache bounded in bytes that a new snapshot empties; what was used longest ago goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")
LARGEST_SHARE = 8
"""No entry may take more than this part of the cache: one large result must not push out all small ones."""


class Cache(Generic[Value]):
    """Values of one version at a time, each with its size in bytes; 0 bytes switch it off."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._lock = threading.Lock()
        self._version = ""
        self._entries: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self.bytes = 0
        self.hits = 0
        self.misses = 0

    def get(self, version: str, key: Hashable) -> Value | None:
        """Find what is kept for a key of a version."""
        with self._lock:
            found = self._entries.get(key) if version == self._version else None
            if found is None:
                self.misses += 1
                return None
            self._entries.move_to_end(key)
            self.hits += 1
            return found[0]

    def put(self, version: str, key: Hashable, value: Value, size: int) -> None:
        """Keep a value; the first one of another version empties the cache."""
        if size * LARGEST_SHARE > self._most:
            return
        with self._lock:
            if version != self._version:
                self._entries.clear()
                self._version, self.bytes = version, 0
            if key in self._entries:
                self.bytes -= self._entries.pop(key)[1]
            self._entries[key] = (value, size)
            self.bytes += size
            while self.bytes > self._most:
                _, (_, gone) = self._entries.popitem(last=False)
                self.bytes -= gone
