"""Settings as typed values, read from the environment by the table of ``options``.

Nothing holds settings globally: the command line loads them once and hands them on.
"""

from __future__ import annotations

import importlib.resources
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kunskapsgraf import writers
from kunskapsgraf.errors import SettingError
from kunskapsgraf.options import CHOICES, SETTINGS


@dataclass(frozen=True)
class Settings:
    """The settings as typed values; see ``SETTINGS`` for what each is."""

    base: str
    sources: Path
    home: Path
    keep: int
    follow_seconds: float
    host: str
    port: int
    prefix: str
    proxies: int
    threads: int
    workers: int
    slow_workers: int
    spares: int
    queue: int
    wait_seconds: float
    slow_after_seconds: float
    fair_seconds: float
    query_seconds: float
    query_megabytes: int
    query_bytes: int
    query_nesting: int
    query_patterns: int
    url_bytes: int
    body_bytes: int
    body_seconds: float
    result_rows: int
    result_bytes: int
    contact: str
    publisher_type: str
    spool: Path | None
    spool_bytes: int
    cache_bytes: int
    log: str
    log_clients: int
    metrics: str
    language: str
    store: str = ""
    store_update: str = ""
    store_data: str = ""
    store_engine: str = "auto"
    rewrite: int = 1
    endpoint_seconds: float = 120
    endpoint_user: str = ""
    endpoint_password: str = field(default="", repr=False)
    endpoint_token: str = field(default="", repr=False)
    writers: str = field(default="", repr=False)
    patches: Path | None = None
    write_seconds: float = 120
    write_megabytes: int = 4096

    @property
    def patch_folder(self) -> Path:
        """The folder that keeps accepted changes."""
        return self.patches or self.home / "patches"


def load(environ: Mapping[str, str]) -> Settings:
    """Read the settings from ``environ``; raise ``SettingError`` that names the variable."""
    text = {row.name: environ.get(row.variable, "").strip() or row.default for row in SETTINGS}

    def number(name: str, smallest: float, largest: float = sys.maxsize) -> float:
        try:
            value = float(text[name])
        except ValueError:
            value = smallest - 1
        if not smallest <= value <= largest:
            raise wrong(name, f"ett tal som är minst {smallest:g}", f"a number of at least {smallest:g}")
        return value

    def whole(name: str, smallest: int, largest: int = sys.maxsize) -> int:
        try:
            value = int(text[name])
        except ValueError:
            value = smallest - 1
        if not smallest <= value <= largest:
            most_sv, most_en = (
                (f" och högst {largest}", f" and at most {largest}") if largest < sys.maxsize else ("", "")
            )
            raise wrong(
                name, f"ett heltal som är minst {smallest}{most_sv}", f"a whole number of at least {smallest}{most_en}"
            )
        return value

    def wrong(name: str, sv: str, en: str) -> SettingError:
        variable = next(row.variable for row in SETTINGS if row.name == name)
        return SettingError(f"{variable} är {text[name]!r}; ange {sv}.", f"{variable} is {text[name]!r}; give {en}.")

    for name, choices in CHOICES.items():
        *most, last = choices.split()
        if text[name] not in (*most, last):
            raise wrong(name, f"{', '.join(most)} eller {last}", f"{', '.join(most)} or {last}")
    if not text["base"].startswith(("http://", "https://")) or not text["base"].endswith("/"):
        raise SettingError(
            f"KUNSKAPSGRAF_BASE är {text['base']!r}; den ska börja med https:// och sluta med /.",
            f"KUNSKAPSGRAF_BASE is {text['base']!r}; it must begin with https:// and end with /.",
        )
    if text["contact"] and not re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", text["contact"], re.ASCII):
        raise wrong("contact", "en e-postadress", "an e-mail address")
    writers.read(text["writers"])
    prefix = "/" + text["prefix"].strip("/") if text["prefix"].strip("/") else ""
    return Settings(
        base=text["base"],
        sources=Path(text["sources"]) if text["sources"] else packaged_sources(),
        home=Path(text["home"]),
        keep=whole("keep", 1),
        follow_seconds=number("follow_seconds", 0.1),
        host=text["host"],
        port=whole("port", 0, 65535),
        prefix=prefix,
        proxies=whole("proxies", 0, 16),
        threads=whole("threads", 0),
        workers=whole("workers", 1),
        slow_workers=whole("slow_workers", 1),
        spares=whole("spares", 0),
        queue=whole("queue", 0),
        wait_seconds=number("wait_seconds", 0),
        slow_after_seconds=number("slow_after_seconds", 0.05),
        fair_seconds=number("fair_seconds", 1),
        query_seconds=number("query_seconds", 0.1),
        query_megabytes=whole("query_megabytes", 16),
        query_bytes=whole("query_bytes", 1),
        query_nesting=whole("query_nesting", 1, 1000),
        query_patterns=whole("query_patterns", 60),
        url_bytes=whole("url_bytes", 1000, 65_000),
        body_bytes=whole("body_bytes", 1),
        body_seconds=number("body_seconds", 0.1),
        result_rows=whole("result_rows", 1),
        result_bytes=whole("result_bytes", 1),
        contact=text["contact"],
        publisher_type=text["publisher_type"],
        spool=Path(text["spool"]) if text["spool"] else None,
        spool_bytes=whole("spool_bytes", 0),
        cache_bytes=whole("cache_bytes", 0),
        rewrite=whole("rewrite", 0, 1),
        log=text["log"],
        log_clients=whole("log_clients", 0, 1),
        metrics=text["metrics"],
        language=text["language"],
        store=text["store"],
        store_update=text["store_update"],
        store_data=text["store_data"],
        store_engine=text["store_engine"],
        endpoint_seconds=number("endpoint_seconds", 0.1),
        endpoint_user=text["endpoint_user"],
        endpoint_password=text["endpoint_password"],
        endpoint_token=text["endpoint_token"],
        writers=text["writers"],
        patches=Path(text["patches"]) if text["patches"] else None,
        write_seconds=number("write_seconds", 1),
        write_megabytes=whole("write_megabytes", 256),
    )


def page_queries(sources: Path) -> Path:
    """Find the folder of the queries that pages ask: that of the sources, or else the package's."""
    own = sources / "queries" / "pages"
    return own if own.is_dir() else packaged_sources() / "queries" / "pages"


def packaged_sources() -> Path:
    """Find the ontology, data and queries: inside the installed package, or at the root of the checkout."""
    package = Path(str(importlib.resources.files("kunskapsgraf")))
    installed = package / "sources"
    return installed if installed.is_dir() else package.parents[1]
