"""The command line, and the only place that prints.

Exit codes: 0 done; 1 the sources or a check stopped it; 2 wrong usage; 3 no snapshot, or damaged; 4 a query got no
answer; 5 another build is running; 6 a build has no room on the disk.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kunskapsgraf import __version__, settings, writers
from kunskapsgraf.arguments import parser
from kunskapsgraf.errors import (
    BadRequest,
    BuildRunning,
    DiskFull,
    EndpointError,
    KunskapsgrafError,
    NotAcceptable,
    NotFound,
    Overloaded,
    QueryError,
    SettingError,
    SnapshotError,
    SourceError,
    UnfairUse,
)
from kunskapsgraf.graph import formats, guard
from kunskapsgraf.graph.snapshot import REPLICA, current
from kunskapsgraf.graph.store import EmbeddedStore, select
from kunskapsgraf.settings import Settings
from kunskapsgraf.terminal import drop_output, progress, save, say, write

EXIT_CODES: tuple[tuple[type[KunskapsgrafError], int], ...] = (
    (SourceError, 1),
    (SettingError, 2),
    (BadRequest, 2),
    (NotFound, 2),
    (NotAcceptable, 2),
    (SnapshotError, 3),
    (QueryError, 4),
    (Overloaded, 4),
    (UnfairUse, 4),
    (EndpointError, 4),
    (BuildRunning, 5),
    (DiskFull, 6),
)
_CLASSES = """
SELECT ?class (COUNT(DISTINCT ?thing) AS ?things) WHERE { ?thing a ?class } GROUP BY ?class ORDER BY DESC(?things) ?class
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; give the exit code."""
    options = parser(COMMANDS).parse_args(arguments)
    language = "en" if os.environ.get("KUNSKAPSGRAF_LANGUAGE", "").strip() == "en" else "sv"
    try:
        loaded = settings.load(os.environ)
        if getattr(options, "sources", None):
            loaded = replace(loaded, sources=Path(options.sources))
        result: int = options.run(options, loaded)
        sys.stdout.flush()
    except KunskapsgrafError as error:
        print(f"kunskapsgraf: {error.message(language)}", file=sys.stderr)
        return next((code for kind, code in EXIT_CODES if isinstance(error, kind)), 1)
    except BrokenPipeError:
        # The reader of a pipe has seen enough (head); nothing is wrong.
        drop_output()
        return 0
    except (OSError, UnicodeError) as error:
        texts = {
            "sv": f"{error}. Kontrollera sökvägen, rättigheterna och utrymmet på disken.",
            "en": f"{error}. Check the path, the permissions and the space on the disk.",
        }
        print(f"kunskapsgraf: {texts[language]}", file=sys.stderr)
        drop_output()
        return 1
    except KeyboardInterrupt:
        return 130
    else:
        return result


def _build(_options: argparse.Namespace, loaded: Settings) -> int:
    from kunskapsgraf.pipeline.build import build  # noqa: PLC0415 - the reasoner is slow to import

    began = time.monotonic()
    snapshot = build(loaded, progress(loaded.language))
    quads = sum(snapshot.manifest.graphs.values())
    seconds = time.monotonic() - began
    done = {
        "sv": f"{snapshot.manifest.version}: {quads} satser på {seconds:.1f} s",
        "en": f"{snapshot.manifest.version}: {quads} statements in {seconds:.1f} s",
    }
    say(done[loaded.language])
    return 0


def _check(_options: argparse.Namespace, loaded: Settings) -> int:
    from kunskapsgraf.pipeline.build import checked  # noqa: PLC0415 - as in _build

    corpus = checked(loaded, progress(loaded.language))
    said = {
        "sv": f"{len(corpus.files)} filer och {len(corpus.quads)} satser; inga fel",
        "en": f"{len(corpus.files)} files and {len(corpus.quads)} statements; no errors",
    }
    say(said[loaded.language])
    return 0


def _serve(options: argparse.Namespace, loaded: Settings) -> int:
    if options.build:
        _build(options, loaded)
    from kunskapsgraf.web.server import serve  # noqa: PLC0415 - only this command needs Flask

    if not options.origin:
        current(loaded.home, digests=True)
        (loaded.home / REPLICA).unlink(missing_ok=True)
    else:
        _replicate(options.origin, loaded)
    serve(loaded, announce=lambda address: print(address, flush=True))
    return 0


def _replicate(origin: str, loaded: Settings) -> None:
    from kunskapsgraf.replica.follow import Follower  # noqa: PLC0415 - only a replica needs it
    from kunskapsgraf.web.journal import Log  # noqa: PLC0415 - as in _serve

    if loaded.writers:
        raise SettingError(
            "En replik tar inte emot ändringar: de skulle försvinna med nästa paket. Ta bort KUNSKAPSGRAF_WRITERS, eller --from.",
            "A replica takes no changes: they would be gone with the next pack. Remove KUNSKAPSGRAF_WRITERS, or --from.",
        )
    follower = Follower(loaded, origin, Log(loaded).write)
    follower.begin()
    follower.start()


def _pack(options: argparse.Namespace, loaded: Settings) -> int:
    from kunskapsgraf.replica.pack import pack  # noqa: PLC0415 - only this command needs it

    print(Path(options.folder) / pack(loaded.home, Path(options.folder)).file)
    return 0


def _opened(loaded: Settings) -> EmbeddedStore:
    """Open the store when every byte of it has been compared, as ``serve`` does: whoever asks once is told as much."""
    current(loaded.home, digests=True)
    return EmbeddedStore(loaded)


def _query(options: argparse.Namespace, loaded: Settings) -> int:
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
    store = _opened(loaded)
    try:
        write(store.answer(text, chosen.name).body)
    finally:
        store.close()
    return 0


def _report(options: argparse.Namespace, loaded: Settings) -> int:
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
    store = _opened(loaded)
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


def _explain(options: argparse.Namespace, loaded: Settings) -> int:
    from kunskapsgraf.reasoner import answer  # noqa: PLC0415 - only this command needs it

    store = _opened(loaded)
    try:
        asked = (options.subject, options.predicate, options.object)
        if options.absent:
            write(answer.absence(store, asked, loaded, options.format).encode())
        else:
            write(answer.proof(store, asked, loaded, options.format, options.more).encode())
    finally:
        store.close()
    return 0


def _impact(options: argparse.Namespace, loaded: Settings) -> int:
    from kunskapsgraf.pipeline.impact import told  # noqa: PLC0415 - as in _build

    write(told(loaded, options.file, options.source, remove=options.remove, format_name=options.format).encode())
    return 0


def _infer(options: argparse.Namespace, loaded: Settings) -> int:
    from kunskapsgraf.graph.remote import remote  # noqa: PLC0415 - only this command needs it
    from kunskapsgraf.pipeline import materialise  # noqa: PLC0415 - as in _build

    engine = remote(loaded, options.endpoint, options.update)
    if options.clean:
        print(materialise.cleaned(engine, loaded.language))
        return 0
    done = materialise.materialise(loaded, engine, options.graph, options.data, replace=options.replace)
    print(materialise.told(done, loaded.language))
    return 0


def _export(options: argparse.Namespace, loaded: Settings) -> int:
    from kunskapsgraf.web.export import Export  # noqa: PLC0415 - as in _serve

    store = _opened(loaded)
    show = progress(loaded.language)
    bar = 20
    try:
        export = Export(loaded, store, Path(options.folder), options.address)
        export.run(
            lambda done, of: show(f"{done} av {of} saker", f"{done} of {of} things", bar * done // max(of, 1), bar)
        )
    finally:
        store.close()
    done = {
        "sv": f"{options.folder}: {export.written} filer skrivna, {len(export.missing)} som inte går att skriva",
        "en": f"{options.folder}: {export.written} files written, {len(export.missing)} that cannot be",
    }
    print(done[loaded.language])
    for address in export.missing:
        print(f"  {address}")
    return 0


def _token(options: argparse.Namespace, _loaded: Settings) -> int:
    token, pair = writers.fresh(options.name)
    print(f"token                 {token}\nKUNSKAPSGRAF_WRITERS  {pair}")
    return 0


def _info(_options: argparse.Namespace, loaded: Settings) -> int:
    store = _opened(loaded)
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


COMMANDS = {
    "build": _build,
    "check": _check,
    "serve": _serve,
    "pack": _pack,
    "query": _query,
    "report": _report,
    "explain": _explain,
    "impact": _impact,
    "infer": _infer,
    "export": _export,
    "token": _token,
    "info": _info,
}


if __name__ == "__main__":
    sys.exit(main())
