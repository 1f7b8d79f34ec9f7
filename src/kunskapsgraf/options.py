"""All settings in one table: what the command line's help, the documentation and the tests read."""

from __future__ import annotations

from dataclasses import dataclass


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
    "store_engine": "auto oxigraph virtuoso fuseki other",
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
    Setting(
        "follow_seconds",
        "KUNSKAPSGRAF_FOLLOW_SECONDS",
        "10",
        "Seconds between looks at whether there is a newer pack (serve --from), or whether an engine shows another version.",
    ),
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
        "store",
        "KUNSKAPSGRAF_STORE",
        "",
        "Address of the engine elsewhere that holds the graph and answers queries (SPARQL 1.1 Protocol); empty: the embedded one.",
    ),
    Setting(
        "store_update",
        "KUNSKAPSGRAF_STORE_UPDATE",
        "",
        "Address that takes its updates; empty: the one that answers queries.",
    ),
    Setting(
        "store_data",
        "KUNSKAPSGRAF_STORE_DATA",
        "",
        "Address that takes whole graphs (SPARQL 1.1 Graph Store HTTP Protocol); empty: they are sent as updates.",
    ),
    Setting(
        "store_engine",
        "KUNSKAPSGRAF_STORE_ENGINE",
        "auto",
        "Which engine that is: oxigraph, virtuoso, fuseki, other, or auto, which asks it.",
    ),
    Setting(
        "rewrite",
        "KUNSKAPSGRAF_REWRITE",
        "1",
        "1 asks the embedded engine in the form that it answers fastest, of the same meaning; 0 asks it as it was written.",
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
    Setting("patches", "KUNSKAPSGRAF_PATCHES", "", "Folder that keeps accepted changes; empty: patches/ in the home."),
    Setting("write_seconds", "KUNSKAPSGRAF_WRITE_SECONDS", "120", "Wall-clock seconds that a change may take."),
    Setting(
        "write_megabytes",
        "KUNSKAPSGRAF_WRITE_MEGABYTES",
        "4096",
        "Megabytes of memory that the build of a change may add to its process.",
    ),
)
