"""Updates taken apart before the engine sees them: what is refused, and the operations with their dataset."""

from __future__ import annotations

import pytest

from kunskapsgraf.errors import (
    BadRequest,
    KunskapsgrafError,
    NotWritable,
    QueryForbidden,
    QuerySyntaxError,
    QueryTooLarge,
)
from kunskapsgraf.graph import updates
from kunskapsgraf.graph.updates import Operation
from kunskapsgraf.graph.vocabulary import Names

NAMES = Names("https://w3id.org/kunskapsgraf/")
NONE: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


def operations(text: str, using: tuple[tuple[str, ...], tuple[str, ...]] = NONE, patterns: int = 10) -> list[Operation]:
    """Take an update apart within small bounds."""
    return updates.inspect(text, 2000, 5, patterns, NAMES, using)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("LOAD <http://localhost/>", QueryForbidden),
        ("load silent <http://localhost/> INTO GRAPH <a:b>", QueryForbidden),
        ("LOADSILENT<http://localhost/>", QueryForbidden),
        ("PREFIX e: <http://localhost/> LOADe:x", QueryForbidden),
        ("PREFIX : <http://localhost/>\nLOAD:x", QueryForbidden),
        ("CREATE GRAPH <a:b>;LOAD:x", QueryForbidden),
        ("CREATE GRAPH <a:b> # \nLOAD <http://localhost/>", QueryForbidden),
        ("INSERT { GRAPH <a:b> { ?s ?p ?o } } WHERE { SERVICE <http://localhost/> { ?s ?p ?o } }", QueryForbidden),
        ("DELETE { GRAPH <a:b> { ?s ?p ?o } } WHERE { sErViCe ?s { ?s ?p ?o } }", QueryForbidden),
        ("INSERT DATA { <a:s> <a:p> <a:o> }", NotWritable),
        ("INSERT DATA { GRAPH <a:g> { <a:s> <a:p> <a:o> } <a:s> <a:p> <a:o> }", NotWritable),
        ("DELETE DATA { <a:s> <a:p> <a:o> }", NotWritable),
        ("DELETE WHERE { ?s ?p ?o }", NotWritable),
        ("INSERT { ?s <a:p> ?o } WHERE { GRAPH <a:g> { ?s ?p ?o } }", NotWritable),
        ("DELETE { GRAPH ?g { ?s ?p ?o } } INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }", NotWritable),
        ("DELETE { ?s ?p ?o } USING <a:g> WHERE { ?s ?p ?o }", NotWritable),
        ("CLEAR DEFAULT", NotWritable),
        ("DROP SILENT ALL", NotWritable),
        ("clear named", NotWritable),
        ("COPY <a:g> TO DEFAULT", NotWritable),
        ("MOVE DEFAULT TO <a:g>", NotWritable),
        ("", QuerySyntaxError),
        ("PREFIX e: <a:b>", QuerySyntaxError),
        ("SELECT * { ?s ?p ?o }", QuerySyntaxError),
        ("INSERTDATA { GRAPH <a:g> { <a:s> <a:p> <a:o> } }", QuerySyntaxError),
        ("INSERT DATA { GRAPH <a:g> { " + "<a:s> <a:p> <a:o> . " * 100 + "} }", QueryTooLarge),
        ("DELETE WHERE { GRAPH <a:g> { " + "?s ?p ?o . " * 11 + "} }", QueryTooLarge),
        ("INSERT { GRAPH <a:g> { ?s ?p ?o } } WHERE { {{{{{ ?s ?p ?o }}}}} }", QueryTooLarge),
    ],
)
def test_refused(text: str, kind: type[KunskapsgrafError]) -> None:
    """What must not reach the engine is refused on its terminals."""
    with pytest.raises(kind):
        operations(text)


def test_refusals_say_where_and_what_to_do() -> None:
    """The line is that of the text, and an update without a graph is told how to name one."""
    with pytest.raises(NotWritable, match=r"rad 2.*GRAPH <https://w3id.org/kunskapsgraf/graf/kalla/") as caught:
        operations("PREFIX e: <a:>\nINSERT DATA { e:s e:p e:o }")
    assert (2, 15) == (caught.value.line, caught.value.column)
    with pytest.raises(QueryForbidden, match=r"LOAD \(rad 3\)") as loaded:
        operations("CREATE GRAPH <a:b> ;\n\n LOAD <a:b>")
    assert (3, 2) == (loaded.value.line, loaded.value.column)


@pytest.mark.parametrize(
    "text",
    [
        'INSERT DATA { GRAPH <a:g> { <a:s> <a:p> "LOAD <http://x/> ; SERVICE" } } # LOAD',
        "PREFIX load: <a:>\nINSERT DATA { GRAPH load:g { load:s load:p <http://example.org/LOAD> ; upload:x 1 } }",
        "PREFIX load: <a:> CLEAR GRAPH load:g",
        "WITH <a:g> DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
        "INSERT DATA { GRAPH <a:g> { "
        + "<a:s> <a:p> <a:o> . " * 11
        + "} GRAPH <a:h> { "
        + "<a:s> <a:p> 1 . " * 11
        + "} }",
        "INSERT { GRAPH <a:g> { " + "?s ?p ?o . " * 11 + "} } WHERE { ?s ?p ?o }",
        "DELETE WHERE { GRAPH ?g { ?s ?p ?o } . GRAPH <a:h> { ?s ?p ?o } }",
        "COPY DEFAULT TO <a:g>",
    ],
)
def test_let_through(text: str) -> None:
    """Words in strings, comments, IRIs and names call nothing, and templates and data count no patterns."""
    assert 1 == len(operations(text))


def test_operations_keep_their_places() -> None:
    """Each operation stands at its line and column, with the prologue before it and nothing of the others."""
    text = "PREFIX e: <a:>\nCLEAR GRAPH e:g ;\nPREFIX f: <a:f>\n  DELETE WHERE { GRAPH f:g { ?s ?p ';' } };"
    first, second = operations(text)
    assert ("PREFIX e: <a:>\nCLEAR GRAPH e:g", False) == (first.text, first.reads)
    blank = " " * len("CLEAR GRAPH e:g ;")
    assert f"PREFIX e: <a:>\n{blank}\nPREFIX f: <a:f>\n  DELETE WHERE {{ GRAPH f:g {{ ?s ?p ';' }} }}" == second.text
    assert second.reads


def test_source_of_copies() -> None:
    """ADD, MOVE and COPY come with a question whether their source exists, since the engine does not ask."""
    found = operations("PREFIX e: <a:> MOVE SILENT GRAPH e:g TO <a:h>")[0]
    assert ("PREFIX e: <a:> ASK { GRAPH e:g {} }", True) == (found.source, found.silent)
    assert "" == operations("COPY DEFAULT TO <a:h>")[0].source


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "INSERT { GRAPH <a:g> { ?s ?p 1 } } WHERE { ?s ?p ?o }",
            "INSERT { GRAPH <a:g> { ?s ?p 1 } }  USING <a:d> USING NAMED <a:n> WHERE { ?s ?p ?o }",
        ),
        (
            "DELETE WHERE { GRAPH <a:g> { ?s ?p ?o } }",
            "DELETE   { GRAPH <a:g> { ?s ?p ?o } } USING <a:d> USING NAMED <a:n> WHERE { GRAPH <a:g> { ?s ?p ?o } }",
        ),
        ("INSERT DATA { GRAPH <a:g> { <a:s> <a:p> 1 } }", "INSERT DATA { GRAPH <a:g> { <a:s> <a:p> 1 } }"),
        ("CLEAR GRAPH <a:g>", "CLEAR GRAPH <a:g>"),
    ],
)
def test_dataset_of_the_protocol(text: str, expected: str) -> None:
    """using-graph-uri and using-named-graph-uri stand as USING before WHERE (SPARQL 1.1 Protocol, section 2.2.3)."""
    assert expected.split() == operations(text, (("a:d",), ("a:n",)))[0].text.split()


@pytest.mark.parametrize(
    "clause", ["WITH <a:g> DELETE { ?s ?p ?o } WHERE", "DELETE { GRAPH <a:g> { ?s ?p ?o } } USING <a:u> WHERE"]
)
def test_two_datasets(clause: str) -> None:
    """An update that names its dataset in the text does not go with one of the protocol (section 2.2.3)."""
    with pytest.raises(BadRequest, match="USING"):
        operations(clause + " { ?s ?p ?o }", (("a:d",), ()))
