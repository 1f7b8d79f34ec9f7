"""The table of settings: defaults, what the environment changes, and values that cannot be used."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from kunskapsgraf import settings
from kunskapsgraf.errors import SettingError
from kunskapsgraf.options import SETTINGS
from kunskapsgraf.settings import Settings, packaged_sources
from kunskapsgraf.web.front import threads_of

DEFAULTS: dict[str, object] = {
    "base": "https://w3id.org/kunskapsgraf/",
    "home": Path("var"),
    "keep": 3,
    "follow_seconds": 10.0,
    "host": "127.0.0.1",
    "port": 8000,
    "prefix": "",
    "proxies": 0,
    "threads": 0,
    "workers": 8,
    "slow_workers": 4,
    "spares": 2,
    "queue": 64,
    "wait_seconds": 10.0,
    "slow_after_seconds": 1.0,
    "fair_seconds": 120.0,
    "query_seconds": 10.0,
    "query_megabytes": 1024,
    "query_bytes": 1_000_000,
    "query_nesting": 100,
    "query_patterns": 100,
    "url_bytes": 64_000,
    "body_bytes": 100_000_000,
    "body_seconds": 10.0,
    "result_rows": 1_000_000,
    "result_bytes": 100_000_000,
    "contact": "",
    "publisher_type": "NonProfitOrganisation",
    "spool": None,
    "spool_bytes": 2_000_000_000,
    "cache_bytes": 64_000_000,
    "rewrite": 1,
    "log": "-",
    "log_clients": 0,
    "metrics": "local",
    "language": "sv",
    "store": "",
    "store_update": "",
    "store_data": "",
    "store_engine": "auto",
    "endpoint_seconds": 120.0,
    "endpoint_user": "",
    "endpoint_password": "",
    "endpoint_token": "",
    "writers": "",
    "patches": None,
    "write_seconds": 120.0,
    "write_megabytes": 4096,
}
PAIR = "anna:" + "0" * 64
# (variable, text, setting, value)
READ: list[tuple[str, str, str, object]] = [
    ("KUNSKAPSGRAF_BASE", "http://localhost:8000/", "base", "http://localhost:8000/"),
    ("KUNSKAPSGRAF_SOURCES", "/srv/källor", "sources", Path("/srv/källor")),
    ("KUNSKAPSGRAF_HOME", "/srv/graf", "home", Path("/srv/graf")),
    ("KUNSKAPSGRAF_KEEP", "1", "keep", 1),
    ("KUNSKAPSGRAF_FOLLOW_SECONDS", "0.5", "follow_seconds", 0.5),
    ("KUNSKAPSGRAF_HOST", "::1", "host", "::1"),
    ("PORT", "0", "port", 0),
    ("PORT", "65535", "port", 65535),
    ("KUNSKAPSGRAF_PREFIX", "/graf", "prefix", "/graf"),
    ("KUNSKAPSGRAF_PREFIX", "graf/", "prefix", "/graf"),
    ("KUNSKAPSGRAF_PREFIX", "/", "prefix", ""),
    ("KUNSKAPSGRAF_PROXIES", "2", "proxies", 2),
    ("KUNSKAPSGRAF_THREADS", "2", "threads", 2),
    ("KUNSKAPSGRAF_WORKERS", "3", "workers", 3),
    ("KUNSKAPSGRAF_SLOW_WORKERS", "1", "slow_workers", 1),
    ("KUNSKAPSGRAF_SPARES", "0", "spares", 0),
    ("KUNSKAPSGRAF_QUEUE", "0", "queue", 0),
    ("KUNSKAPSGRAF_SLOW_AFTER_SECONDS", "0.05", "slow_after_seconds", 0.05),
    ("KUNSKAPSGRAF_FAIR_SECONDS", "1", "fair_seconds", 1.0),
    ("KUNSKAPSGRAF_QUERY_NESTING", "1000", "query_nesting", 1000),
    ("KUNSKAPSGRAF_QUERY_PATTERNS", "60", "query_patterns", 60),
    ("KUNSKAPSGRAF_URL_BYTES", "65000", "url_bytes", 65_000),
    ("KUNSKAPSGRAF_BODY_BYTES", "1", "body_bytes", 1),
    ("KUNSKAPSGRAF_BODY_SECONDS", "0.1", "body_seconds", 0.1),
    ("KUNSKAPSGRAF_RESULT_ROWS", "1", "result_rows", 1),
    ("KUNSKAPSGRAF_SPOOL", "/srv/spool", "spool", Path("/srv/spool")),
    ("KUNSKAPSGRAF_SPOOL_BYTES", "0", "spool_bytes", 0),
    ("KUNSKAPSGRAF_CACHE_BYTES", "0", "cache_bytes", 0),
    ("KUNSKAPSGRAF_REWRITE", "0", "rewrite", 0),
    ("KUNSKAPSGRAF_PROXIES", "2", "proxies", 2),
    ("KUNSKAPSGRAF_LOG", "/var/log/graf", "log", "/var/log/graf"),
    ("KUNSKAPSGRAF_LOG_CLIENTS", "1", "log_clients", 1),
    ("KUNSKAPSGRAF_METRICS", "public", "metrics", "public"),
    ("KUNSKAPSGRAF_METRICS", "off", "metrics", "off"),
    ("KUNSKAPSGRAF_PUBLISHER_TYPE", "LocalAuthority", "publisher_type", "LocalAuthority"),
    ("KUNSKAPSGRAF_QUERY_SECONDS", "0.5", "query_seconds", 0.5),
    ("KUNSKAPSGRAF_WAIT_SECONDS", "0", "wait_seconds", 0.0),
    ("KUNSKAPSGRAF_QUERY_MEGABYTES", "16", "query_megabytes", 16),
    ("KUNSKAPSGRAF_QUERY_BYTES", "10", "query_bytes", 10),
    ("KUNSKAPSGRAF_URL_BYTES", "1000", "url_bytes", 1000),
    ("KUNSKAPSGRAF_BODY_BYTES", "10", "body_bytes", 10),
    ("KUNSKAPSGRAF_RESULT_BYTES", "10", "result_bytes", 10),
    ("KUNSKAPSGRAF_CONTACT", "oppnadata@example.org", "contact", "oppnadata@example.org"),
    ("KUNSKAPSGRAF_LANGUAGE", "en", "language", "en"),
    ("KUNSKAPSGRAF_STORE", "https://example.org/sparql", "store", "https://example.org/sparql"),
    ("KUNSKAPSGRAF_STORE_UPDATE", "https://example.org/update", "store_update", "https://example.org/update"),
    ("KUNSKAPSGRAF_STORE_DATA", "https://example.org/data", "store_data", "https://example.org/data"),
    ("KUNSKAPSGRAF_STORE_ENGINE", "virtuoso", "store_engine", "virtuoso"),
    ("KUNSKAPSGRAF_ENDPOINT_SECONDS", "0.5", "endpoint_seconds", 0.5),
    ("KUNSKAPSGRAF_ENDPOINT_USER", "anna", "endpoint_user", "anna"),
    ("KUNSKAPSGRAF_ENDPOINT_PASSWORD", "hemligt å", "endpoint_password", "hemligt å"),
    ("KUNSKAPSGRAF_ENDPOINT_TOKEN", "abc", "endpoint_token", "abc"),
    ("KUNSKAPSGRAF_WRITERS", PAIR, "writers", PAIR),
    ("KUNSKAPSGRAF_PATCHES", "/srv/andringar", "patches", Path("/srv/andringar")),
    ("KUNSKAPSGRAF_WRITE_SECONDS", "2.5", "write_seconds", 2.5),
    ("KUNSKAPSGRAF_WRITE_MEGABYTES", "512", "write_megabytes", 512),
    ("KUNSKAPSGRAF_LANGUAGE", " en ", "language", "en"),
    ("KUNSKAPSGRAF_KEEP", "", "keep", 3),
    ("KUNSKAPSGRAF_KEEP", "  ", "keep", 3),
]
# (variable, text)
REFUSED = [
    ("KUNSKAPSGRAF_BASE", "w3id.org/kunskapsgraf/"),
    ("KUNSKAPSGRAF_BASE", "https://w3id.org/kunskapsgraf"),
    ("KUNSKAPSGRAF_KEEP", "0"),
    ("KUNSKAPSGRAF_FOLLOW_SECONDS", "0"),
    ("KUNSKAPSGRAF_METRICS", "all"),
    ("KUNSKAPSGRAF_PUBLISHER_TYPE", "Kommun"),
    ("KUNSKAPSGRAF_STORE_ENGINE", "graphdb"),
    ("KUNSKAPSGRAF_ENDPOINT_SECONDS", "0"),
    ("KUNSKAPSGRAF_ENDPOINT_SECONDS", "snart"),
    ("KUNSKAPSGRAF_KEEP", "2.5"),
    ("KUNSKAPSGRAF_KEEP", "tre"),
    ("KUNSKAPSGRAF_URL_BYTES", "65001"),  # the server itself takes no longer ones
    ("PORT", "-1"),
    ("PORT", "65536"),
    ("PORT", "http"),
    ("KUNSKAPSGRAF_PROXIES", "-1"),
    ("KUNSKAPSGRAF_PROXIES", "17"),
    ("KUNSKAPSGRAF_THREADS", "-1"),
    ("KUNSKAPSGRAF_WORKERS", "0"),
    ("KUNSKAPSGRAF_SLOW_WORKERS", "0"),
    ("KUNSKAPSGRAF_QUERY_NESTING", "1001"),
    ("KUNSKAPSGRAF_URL_BYTES", "65001"),
    ("KUNSKAPSGRAF_LOG_CLIENTS", "2"),
    ("KUNSKAPSGRAF_REWRITE", "2"),
    ("KUNSKAPSGRAF_QUERY_SECONDS", "0"),
    ("KUNSKAPSGRAF_QUERY_SECONDS", "nan"),
    ("KUNSKAPSGRAF_QUERY_SECONDS", "inf"),
    ("KUNSKAPSGRAF_WAIT_SECONDS", "-1"),
    ("KUNSKAPSGRAF_QUERY_MEGABYTES", "15"),
    ("KUNSKAPSGRAF_QUERY_BYTES", "0"),
    ("KUNSKAPSGRAF_RESULT_BYTES", "1e9999"),
    ("KUNSKAPSGRAF_WRITE_SECONDS", "0"),
    ("KUNSKAPSGRAF_WRITE_MEGABYTES", "100"),
    ("KUNSKAPSGRAF_CONTACT", "Anna Andersson"),
    ("KUNSKAPSGRAF_LANGUAGE", "fi"),
]


def test_table_and_record_name_the_same_settings() -> None:
    """Each row of the table is a field of the record, in the same order."""
    assert [row.name for row in SETTINGS] == [field.name for field in dataclasses.fields(Settings)]


def test_each_row_has_its_own_variable_and_one_sentence_of_help() -> None:
    """No two settings share a variable, and each says in a sentence what it is."""
    assert len(SETTINGS) == len({row.variable for row in SETTINGS})
    assert [] == [row.name for row in SETTINGS if not row.help.endswith(".") or "\n" in row.help]


def test_defaults() -> None:
    """An empty environment gives the defaults, and the sources of the package."""
    found = dataclasses.asdict(settings.load({}))
    assert DEFAULTS | {"sources": packaged_sources()} == found


def test_every_setting_is_read() -> None:
    """The cases below change every setting that there is."""
    assert {row.variable for row in SETTINGS} == {variable for variable, _, _, _ in READ}


@pytest.mark.parametrize(("variable", "text", "name", "expected"), READ)
def test_environment(variable: str, text: str, name: str, expected: object) -> None:
    """A variable sets its own setting and no other; an empty one leaves the default."""
    found = dataclasses.asdict(settings.load({variable: text}))
    assert dataclasses.asdict(settings.load({})) | {name: expected} == found


@pytest.mark.parametrize(("variable", "text"), REFUSED)
def test_refused(variable: str, text: str) -> None:
    """A value that cannot be used is refused, by variable and value, in both languages."""
    with pytest.raises(SettingError) as caught:
        settings.load({variable: text})
    for message in (caught.value.sv, caught.value.en):
        assert variable in message
        assert repr(text) in message
    assert caught.value.sv != caught.value.en


@pytest.mark.parametrize(
    "part", ["ontology", "data/ttl", "queries/reports", "queries/checks", "queries/closed", "shapes"]
)
def test_packaged_sources(part: str) -> None:
    """The package carries its ontology, data, queries and shapes."""
    assert list((packaged_sources() / part).rglob("*.*")), part


@pytest.mark.parametrize(
    ("given", "threads"),
    [({}, 8 + 64 + 16), ({"KUNSKAPSGRAF_QUEUE": "100"}, 8 + 100 + 16), ({"KUNSKAPSGRAF_THREADS": "3"}, 3)],
)
def test_threads(given: dict[str, str], threads: int) -> None:
    """There is a thread for each query that runs or waits, and sixteen more, where nothing else is set."""
    assert threads == threads_of(settings.load(given))
