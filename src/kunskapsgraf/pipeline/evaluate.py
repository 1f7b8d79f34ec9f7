"""Evaluate a change on a snapshot, in a process with the limits of a query; and say which graphs may be written."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import textwrap
from typing import Any

from kunskapsgraf import errors
from kunskapsgraf.errors import (
    BadRequest,
    NotFound,
    NotWritable,
    QueryCrash,
    QuerySyntaxError,
    QueryTimeout,
)
from kunskapsgraf.graph import errand, updates
from kunskapsgraf.graph.rdf import GRAPH_FORMATS, READABLE
from kunskapsgraf.graph.rows import frame_of
from kunskapsgraf.graph.snapshot import Snapshot
from kunskapsgraf.graph.updates import Operation
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.graph.writing import Change
from kunskapsgraf.settings import Settings

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_WHY = {
    "ontology": ("ontologin, som ändras i ontology/", "the ontology, which is changed in ontology/"),
    "inferred": (
        "härledd av reglerna; ändra det som den följer av",
        "inferred by the rules; change what it follows from",
    ),
    "closed": (
        "sluten ur frånvaro; ändra det som den följer av",
        "concluded from absence; change what it follows from",
    ),
    "catalogue": ("katalogen, som skrivs av varje bygge", "the catalogue, which every build writes"),
}


def refuse_unwritable(change: Change, names: Names) -> None:
    """Raise ``NotWritable`` where a graph that is put, added to or deleted is not for writing."""
    if change.operation != "update":
        refuse_graph(change.graph, names)


def refuse_graph(graph: str, names: Names) -> None:
    """Raise ``NotWritable`` unless a graph is a source's, or the editorial one."""
    source = graph.removeprefix(names.source_graph(""))
    # A source of that name would share its layer of inferences with what needs no source.
    is_source = source != graph and _SLUG.fullmatch(source) and source != "redaktion"
    if graph == names.editorial_graph or is_source:
        return
    example = names.source_graph("min-kalla")
    kind = "inferred" if names.is_layer(graph) and graph != names.catalogue_graph else names.kind_of_graph(graph)
    sv, en = _WHY.get(kind, ("ingen graf för källor", "no graph for sources"))
    if not graph:
        sv, en = "alla grafer tillsammans", "all graphs together"
    shown = f"<{graph}>" if graph else "Standardgrafen"
    raise NotWritable(
        f"{shown} kan inte skrivas: den är {sv}. Skriv i <{example}> (små bokstäver a till z, siffror och bindestreck) "
        f"eller i <{names.editorial_graph}>.",
        f"{shown if graph else 'The default graph'} cannot be written: it is {en}. Write in <{example}> (small letters a "
        f"to z, digits and hyphens) or in <{names.editorial_graph}>.",
    )


def no_such_graph(graph: str) -> NotFound:
    """Give the error of a graph that is not there."""
    return NotFound(
        f"Grafen <{graph}> finns inte. Den kan ha tagits bort redan.",
        f"There is no graph <{graph}>. It may have been deleted already.",
    )


def operations(settings: Settings, change: Change, names: Names) -> list[Operation]:
    """Take an update apart; other changes have no operations. Raises as ``updates.inspect`` does."""
    if change.operation != "update":
        return []
    using = change.using.default or (), change.using.named or ()
    return updates.inspect(
        change.text, settings.query_bytes, settings.query_nesting, settings.query_patterns, names, using
    )


def evaluate(settings: Settings, change: Change, steps: list[Operation], stands: Snapshot) -> bytes:
    """Give the lines of the patch that a change makes on a snapshot; none where it changes nothing.

    Raises a ``QueryError`` past a limit, ``SourceError`` for a body that cannot be read, and what the update comes to.
    """
    names = Names(settings.base)
    # Below the folder of snapshots, where the next build clears away what is left.
    folder = settings.home / "snapshots" / f".making-change-{os.getpid()}"
    folder.mkdir(parents=True)
    seed = f"{stands.manifest.version}\n{change.graph}\n{change.text}".encode()
    seed += b"".join(document.body for document in change.documents)
    seconds = settings.query_seconds if change.operation == "update" else settings.write_seconds
    request: dict[str, Any] = {
        "operation": change.operation,
        "graph": change.graph,
        "base": change.base,
        "skolem": f"{names.base}.well-known/genid/{hashlib.sha256(seed).hexdigest()[:12]}",
        "beside": [graph for graph in stands.manifest.graphs if names.is_layer(graph)],
        "seconds": seconds,
        "operations": [vars(step) for step in steps],
        "documents": [],
    }
    try:
        for number, document in enumerate(change.documents, 1):
            file = folder / f"kropp{number if len(change.documents) > 1 else ''}{_suffix(document.format)}"
            file.write_bytes(document.body)
            request["documents"].append(str(file))
        arguments = [str(stands.store), str(settings.query_megabytes)]
        # Its own time begins when it has read the snapshot.
        most = settings.write_seconds + seconds
        answer = errand.run("graph.evaluation", arguments, frame_of(json.dumps(request).encode()), most)
    except TimeoutError:
        raise QueryTimeout(
            f"Ändringen avbröts: den tog mer än {seconds:g} sekunder att räkna ut. Inget skrevs. Begränsa mönstret.",
            f"The change was stopped: it took more than {seconds:g} seconds to evaluate. Nothing was written. Narrow the "
            "pattern.",
        ) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    pieces = _frames(answer)
    if len(pieces) < 2:
        raise _crashed(settings)
    *lines, _, head = pieces
    _raise_for(json.loads(head), settings, names, f"{folder}{os.sep}")
    return b"".join(lines)


def _frames(answer: bytes) -> list[bytes]:
    found, at = [], 0
    while at + 4 <= len(answer):
        end = at + 4 + int.from_bytes(answer[at : at + 4])
        found.append(answer[at + 4 : end])
        at = end
    return found if at == len(answer) else []


def _suffix(format_name: str) -> str:
    media = GRAPH_FORMATS.get(format_name)
    suffix = next((suffix for suffix, known in READABLE.items() if known is media), None)
    if suffix is None:
        raise BadRequest(
            f"{format_name}: en graf skickas som Turtle, N-Triples, JSON-LD eller RDF/XML.",
            f"{format_name}: a graph is sent as Turtle, N-Triples, JSON-LD or RDF/XML.",
        )
    return suffix


def _crashed(settings: Settings) -> QueryCrash:
    return QueryCrash(
        f"Ändringen avbröts: den krävde mer än {settings.query_megabytes} MB minne eller för djup nästling. Inget skrevs. "
        "Dela upp den.",
        f"The change was stopped: it needed more than {settings.query_megabytes} MB of memory or too deep nesting. "
        "Nothing was written. Split it.",
    )


def _raise_for(head: dict[str, Any], settings: Settings, names: Names, folder: str) -> None:
    said = textwrap.shorten(head.get("message", ""), 200, placeholder=" ...")
    match head.get("error"):
        case None:
            for graph in head["graphs"]:
                refuse_graph(graph, names)
        case "source":
            # The body is a file of ours for a moment; the client knows it as what was sent.
            state = {key: head[key] for key in ("line", "column")}
            state |= {key: head[key].replace(f"{folder}kropp", "kropp") for key in ("sv", "en")}
            raise errors.revived(head["kind"], state)
        case "syntax":
            line, column = head.get("line"), head.get("column")
            where = f" (rad {line}, kolumn {column})" if line else ""
            where_en = f" (line {line}, column {column})" if line else ""
            refused = QuerySyntaxError(
                f"Uppdateringen går inte att tolka{where}: {said}",
                f"The update cannot be parsed{where_en}: {said}",
                line=line,
                column=column,
            )
            refused.said = head["message"]
            raise refused
        case "default":
            refuse_graph("", names)
        case "graph":
            raise BadRequest(
                f"En graf i uppdateringen finns inte, eller finns redan ({said or 'källan saknas'}). Inget skrevs. Med "
                "SILENT är det inget fel.",
                f"A graph of the update does not exist, or does already ({said or 'the source is missing'}). Nothing was "
                "written. With SILENT that is no error.",
            )
        case _:
            raise _crashed(settings)
