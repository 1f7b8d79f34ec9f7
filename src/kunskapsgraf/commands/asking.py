"""Commands that ask the snapshot: query, report, explain, info."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kunskapsgraf import __version__
from kunskapsgraf.errors import BadRequest
from kunskapsgraf.graph import formats, guard, opening
from kunskapsgraf.graph.store import Store, select
from kunskapsgraf.settings import Settings
from kunskapsgraf.terminal import save, write

_CLASSES = """
SELECT ?class (COUNT(DISTINCT ?thing) AS ?things) WHERE { ?thing a ?class } GROUP BY ?class ORDER BY DESC(?things) ?class
"""


def opened(loaded: Settings) -> Store:
    """Open the store when every byte of it has been compared, as ``serve`` does: whoever asks once is told as much."""
    opening.check(loaded)
    return opening.opened(loaded)


def query(options: argparse.Namespace, loaded: Settings) -> int:
    """Run a query from a file."""
    try:
        text = sys.stdin.read() if options.file == "-" else Path(options.file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(
            f"{options.file} kan inte läsas: {error}. Ange en textfil med en fråga, eller - för standard in.",
            f"{options.file} cannot be read: {error}. Give a text file with a query, or - for standard input.",
        ) from error
    kind = guard.inspect(text, loaded.query_bytes, loaded.query_nesting, loaded.query_patterns)
    default = {"select": "csv", "ask": "json", "graph": "ttl"}[kind]
    chosen = formats.named(options.format or default, kind)
    store = opened(loaded)
    try:
        write(store.answer(text, chosen.name).body)
    finally:
        store.close()
    return 0


def report(options: argparse.Namespace, loaded: Settings) -> int:
    """Run a report, or list them."""
    from kunskapsgraf.client import shell  # noqa: PLC0415 - only this command needs them
    from kunskapsgraf.reports import run  # noqa: PLC0415

    if options.name is None:
        for name, report in run.all_reports(loaded.sources, loaded.base).items():
            print(f"{name:28} {report.title(loaded.language)}")
        return 0
    is_watched = sys.stdout.isatty()
    wanted = shell.wanted(
        options.format, options.output, options.sort, options.filter, bom=options.bom, is_watched=is_watched
    )
    if wanted.is_binary and is_watched and not options.output:
        raise BadRequest(
            f"{wanted.format} är binärt och kan inte läsas i en terminal. Ange en fil: --output {options.name}.{wanted.format}",
            f"{wanted.format} is binary, which no terminal shows. Name a file: --output {options.name}.{wanted.format}",
        )
    values = {}
    for pair in options.param:
        name, separator, value = pair.partition("=")
        if not separator:
            raise BadRequest(f"--param {pair!r}: skriv namn=värde.", f"--param {pair!r}: write name=value.")
        values[name] = value
    report = run.find(loaded.sources, options.name, loaded.base)
    store = opened(loaded)
    try:
        written = shell.report(loaded, store, report, values, wanted)
    finally:
        store.close()
    if options.output:
        save(Path(options.output), written.body)
    else:
        write(written.body)
    if written.note:
        print(f"kunskapsgraf: {written.note}", file=sys.stderr)
    return 0


def explain(options: argparse.Namespace, loaded: Settings) -> int:
    """Say why a statement holds, or why it does not follow."""
    from kunskapsgraf.reasoner import answer  # noqa: PLC0415 - only this command needs it

    store = opened(loaded)
    try:
        asked = (options.subject, options.predicate, options.object)
        if options.absent:
            write(answer.absence(store, asked, loaded, options.format).encode())
        else:
            write(answer.proof(store, asked, loaded, options.format, options.more).encode())
    finally:
        store.close()
    return 0


def info(_options: argparse.Namespace, loaded: Settings) -> int:
    """Show what the snapshot holds."""
    store = opened(loaded)
    try:
        print(f"version   {store.version()}\nsoftware  kunskapsgraf {__version__}\n")
        for graph, count in store.graphs().items():
            print(f"{count:8} {graph.removeprefix(loaded.base)}")
        print()
        for row in select(store, _CLASSES):
            iri, things = row["class"], row["things"]
            print(f"{things.value:>8} {store.names.shorten(iri.value)}")  # type: ignore[union-attr]
    finally:
        store.close()
    return 0
