"""All settings in one table; the only module that reads the environment.

``SETTINGS`` is what the command line's help, the documentation and its test read. Nothing holds settings globally: the
command line loads them once and hands them on.
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


@dataclass(frozen=True)
class Setting:
    """One row of the table: environment variable, default as text, and help in one sentence."""

    name: str
    variable: str
    default: str
    help: str


CHOICES = {
    "language": "sv en",
    "metrics": "local public off",
    # The publisher types of ADMS.
    "publisher_type": "Academia-ScientificOrganisation Company IndustryConsortium LocalAuthority NationalAuthority "
    "NonGovernmentalOrganisation NonProfitOrganisation PrivateIndividual(s) RegionalAuthority StandardisationBody "
    "SupraNationalAuthority",
}
"""What settings of few values may be."""
SETTINGS = (
    Setting(
        "base", "KUNSKAPSGRAF_BASE", "https://w3id.org/kunskapsgraf/", "The IRI that our terms and things begin with."
    ),
    Setting(
        "sources",
        "KUNSKAPSGRAF_SOURCES",
        "",
        "Folder with ontology/, data/ttl/ and queries/; empty: those of the package.",
    ),
    Setting("home", "KUNSKAPSGRAF_HOME", "var", "Folder that holds the built snapshots."),
    Setting("keep", "KUNSKAPSGRAF_KEEP", "3", "How many snapshots are kept, the served one included."),
    Setting("host", "KUNSKAPSGRAF_HOST", "127.0.0.1", "Address that the web service listens on."),
    Setting("port", "PORT", "8000", "Port that the web service listens on; 0 picks a free one."),
    Setting("prefix", "KUNSKAPSGRAF_PREFIX", "", "Path under which a proxy publishes the service, such as /graf."),
    Setting(
        "proxies",
        "KUNSKAPSGRAF_PROXIES",
        "0",
        "How many proxies stand before the service, each setting the X-Forwarded headers; 0: these are not believed.",
    ),
    Setting(
        "threads",
        "KUNSKAPSGRAF_THREADS",
        "0",
        "Requests that the web service works on at the same time; 0: the queries that run and wait, and 16 more.",
    ),
    Setting("workers", "KUNSKAPSGRAF_WORKERS", "8", "Query processes; as many queries run at once."),
    Setting("slow_workers", "KUNSKAPSGRAF_SLOW_WORKERS", "4", "How many of them slow queries may hold."),
    Setting("spares", "KUNSKAPSGRAF_SPARES", "2", "Query processes that stand ready besides those that run."),
    Setting("queue", "KUNSKAPSGRAF_QUEUE", "64", "Queries that may wait for a place; a further one gets 503."),
    Setting("wait_seconds", "KUNSKAPSGRAF_WAIT_SECONDS", "10", "Seconds that a query waits for a place before 503."),
    Setting(
        "slow_after_seconds",
        "KUNSKAPSGRAF_SLOW_AFTER_SECONDS",
        "1",
        "Seconds after which a query needs a place in the slow lane.",
    ),
    Setting(
        "fair_seconds",
        "KUNSKAPSGRAF_FAIR_SECONDS",
        "120",
        "Seconds of the slow lane that a client may use in five minutes before 429.",
    ),
    Setting("query_seconds", "KUNSKAPSGRAF_QUERY_SECONDS", "10", "Wall-clock seconds that a query may take."),
    Setting(
        "query_megabytes",
        "KUNSKAPSGRAF_QUERY_MEGABYTES",
        "1024",
        "Megabytes that a query may add to its worker's memory.",
    ),
    Setting("query_bytes", "KUNSKAPSGRAF_QUERY_BYTES", "1000000", "Bytes that a query text may have."),
    Setting("query_nesting", "KUNSKAPSGRAF_QUERY_NESTING", "100", "Levels of brackets that a query may have."),
    Setting(
        "query_patterns",
        "KUNSKAPSGRAF_QUERY_PATTERNS",
        "100",
        "Triple patterns that a query may have; planning takes time by their cube.",
    ),
    Setting(
        "url_bytes",
        "KUNSKAPSGRAF_URL_BYTES",
        "64000",
        "Bytes that an address may have; longer queries are sent by POST.",
    ),
    Setting("body_bytes", "KUNSKAPSGRAF_BODY_BYTES", "100000000", "Bytes that the body of a request may have."),
    Setting(
        "body_seconds", "KUNSKAPSGRAF_BODY_SECONDS", "10", "Seconds in which the body of a request must have come."
    ),
    Setting("result_rows", "KUNSKAPSGRAF_RESULT_ROWS", "1000000", "Rows or triples that a result may have."),
    Setting("result_bytes", "KUNSKAPSGRAF_RESULT_BYTES", "100000000", "Bytes that a serialised result may have."),
    Setting(
        "contact",
        "KUNSKAPSGRAF_CONTACT",
        "",
        "E-mail address, of a function and not of a person, that the catalogue gives as contact; empty: none.",
    ),
    Setting(
        "publisher_type",
        "KUNSKAPSGRAF_PUBLISHER_TYPE",
        "NonProfitOrganisation",
        "What the publisher is, by the list that DCAT-AP-SE demands (ADMS publishertype), such as LocalAuthority.",
    ),
    Setting(
        "spool",
        "KUNSKAPSGRAF_SPOOL",
        "",
        "Folder for large results on their way out; empty: the system's temporary one.",
    ),
    Setting(
        "spool_bytes",
        "KUNSKAPSGRAF_SPOOL_BYTES",
        "2000000000",
        "Bytes that all large results together may take there.",
    ),
    Setting(
        "cache_bytes", "KUNSKAPSGRAF_CACHE_BYTES", "64000000", "Bytes of answers that are kept for next time; 0: none."
    ),
    Setting("log", "KUNSKAPSGRAF_LOG", "-", "File for the log in JSON lines; - is standard error, /dev/null none."),
    Setting("log_clients", "KUNSKAPSGRAF_LOG_CLIENTS", "0", "1 writes the clients' addresses to the log, 0 does not."),
    Setting(
        "metrics",
        "KUNSKAPSGRAF_METRICS",
        "local",
        "Who may read /matt: local (this machine, by no proxy that tells of itself), public, or off (nobody).",
    ),
    Setting(
        "language", "KUNSKAPSGRAF_LANGUAGE", "sv", "Language of the command line and of pages by default: sv or en."
    ),
    Setting(
        "endpoint_seconds",
        "KUNSKAPSGRAF_ENDPOINT_SECONDS",
        "120",
        "Seconds that a remote endpoint may take to answer one request.",
    ),
    Setting("endpoint_user", "KUNSKAPSGRAF_ENDPOINT_USER", "", "User at a remote endpoint (HTTP Basic)."),
    Setting("endpoint_password", "KUNSKAPSGRAF_ENDPOINT_PASSWORD", "", "The user's password."),
    Setting(
        "endpoint_token", "KUNSKAPSGRAF_ENDPOINT_TOKEN", "", "Token at a remote endpoint (Bearer); goes before a user."
    ),
    Setting(
        "writers",
        "KUNSKAPSGRAF_WRITERS",
        "",
        "Who may write: name:hash pairs that kunskapsgraf token makes, parted by commas or spaces; empty: nobody.",
    ),
)


@dataclass(frozen=True)
class Settings:
    """The settings as typed values; see ``SETTINGS`` for what each is."""

    base: str
    sources: Path
    home: Path
    keep: int
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
    endpoint_seconds: float = 120
    endpoint_user: str = ""
    endpoint_password: str = field(default="", repr=False)
    endpoint_token: str = field(default="", repr=False)
    writers: str = field(default="", repr=False)


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
        log=text["log"],
        log_clients=whole("log_clients", 0, 1),
        metrics=text["metrics"],
        language=text["language"],
        endpoint_seconds=number("endpoint_seconds", 0.1),
        endpoint_user=text["endpoint_user"],
        endpoint_password=text["endpoint_password"],
        endpoint_token=text["endpoint_token"],
        writers=text["writers"],
    )


def packaged_sources() -> Path:
    """Find the ontology, data and queries: inside the installed package, or at the root of the checkout."""
    package = Path(str(importlib.resources.files("kunskapsgraf")))
    installed = package / "sources"
    return installed if installed.is_dir() else package.parents[1]
