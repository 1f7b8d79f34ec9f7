"""A snapshot on this machine, asked in this process: the application answers as it does over HTTP, and no port is opened."""

from __future__ import annotations

import sys
import tempfile
import weakref
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from kunskapsgraf import settings
from kunskapsgraf.client.exchange import Answer, Asked
from kunskapsgraf.errors import SnapshotError
from kunskapsgraf.graph import opening
from kunskapsgraf.graph.snapshot import MANIFEST, POINTER, opened
from kunskapsgraf.graph.store import Store
from kunskapsgraf.settings import Settings


class Inside:
    """The application on a store, which it does not close."""

    name = ""

    def __init__(self, loaded: Settings, store: Store, language: str) -> None:
        from kunskapsgraf.web import create_app  # noqa: PLC0415 - whoever asks a service needs no Flask

        self._client = create_app(loaded, store).test_client(use_cookies=False)
        self._base = loaded.base
        self._language = language

    def send(self, asked: Asked) -> Answer:
        """Ask, and give the whole answer, an error's too."""
        with self._client.open(
            asked.path,
            base_url=self._base,
            method="GET" if asked.form is None else "POST",
            query_string=dict(asked.arguments),
            data=None if asked.form is None else dict(asked.form),
            headers={"Accept": asked.accept, "Accept-Language": self._language},
        ) as answer:
            return Answer(
                answer.status_code,
                answer.headers.get("Content-Type", ""),
                answer.get_data(),
                answer.headers.get("Kunskapsgraf-Warning", ""),
                int(answer.headers.get("Retry-After", 1)),
            )

    def close(self) -> None:
        """Do nothing: the store is its owner's."""


class Home(Inside):
    """The snapshot at a path: that of a home, or the folder of a snapshot or of its store.

    ``said`` are settings by their variables. Every file is compared with its digest first; raises ``SnapshotError``. Where
    they name an engine elsewhere, the graph is there, and the path holds only what was served before.
    """

    def __init__(self, path: Path, language: str, seconds: float, said: Mapping[str, str]) -> None:
        loaded = replace(
            settings.load({"KUNSKAPSGRAF_LANGUAGE": language, **said}),
            home=path,
            query_seconds=seconds,
            fair_seconds=sys.maxsize,  # nobody else is waiting
        )
        if not loaded.store and not (path / POINTER).exists():
            folder = next((place for place in (path, path.parent) if (place / MANIFEST).is_file()), None)
            if folder is None or (folder is path.parent and path.name != "store"):
                raise SnapshotError(
                    f"I {path} finns ingen graf. Ange en mapp som kunskapsgraf build har skrivit, eller en av dess snapshots.",
                    f"There is no graph in {path}. Give a folder that kunskapsgraf build has written, or one of its snapshots.",
                )
            loaded = replace(loaded, home=self._pinned(folder))
        opening.check(loaded)
        store = opening.opened(loaded)
        super().__init__(loaded, store, language)
        self._closed = weakref.finalize(self, store.close)

    def _pinned(self, folder: Path) -> Path:
        """Make a home that names this very snapshot, since workers follow what a home names."""
        version = opened(folder).manifest.version
        made = tempfile.TemporaryDirectory(prefix="kunskapsgraf-")
        weakref.finalize(self, made.cleanup)
        home = Path(made.name)
        (home / "snapshots").mkdir()
        (home / "snapshots" / version).symlink_to(folder.resolve(), target_is_directory=True)
        (home / POINTER).write_text(version + "\n", encoding="utf-8")
        return home

    def close(self) -> None:
        """End the workers."""
        self._closed()
