"""Query files: their heads, and values that are bound as terms and never as text."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions, Store

from kunskapsgraf.errors import NotFound, ParameterError, QueryFileError
from kunskapsgraf.graph import queries
from kunskapsgraf.graph.queries import Parameter, parse
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.reports import run
from kunskapsgraf.settings import packaged_sources

NAMES = Names("https://w3id.org/kunskapsgraf/")
KOMMUN = "https://w3id.org/kunskapsgraf/id/kommun/"
XSD = "http://www.w3.org/2001/XMLSchema#"
HEAD = """\
#+ title@sv: Rubrik
#+ title@en: Title
#+ description@sv: Första raden,
#+ description@sv: andra raden.
#+ description@en: What it means.
#+ param plats: iri kommun kommundel; optional; sv=Plats; en=Place
#+ param sprak: string; default=sv; sv=Språk; en=Language
#+ column namn: sv=Namn; en=Name
#+ example: plats=sala&sprak=en
SELECT * { VALUES ?plats { UNDEF } VALUES ?sprak { UNDEF } }
"""
# (type, value, the term as the engine reads it: value, language or datatype)
BOUND = [
    ("iri kommun", "sala", f"<{KOMMUN}sala>"),
    ("iri kommun", " sala ", f"<{KOMMUN}sala>"),
    ("iri kommun", "lan/vastmanland", "<https://w3id.org/kunskapsgraf/id/lan/vastmanland>"),
    ("iri kommun", "http://example.org/å", "<http://example.org/å>"),
    ("iri kommun", "malmö", f"<{KOMMUN}malm%C3%B6>"),
    ("iri kommun", "x> } DELETE", f"<{KOMMUN}x%3E%20%7D%20DELETE>"),
    ("iri kommun", 'x" UNDEF \n', f"<{KOMMUN}x%22%20UNDEF>"),
    ("iri kommun", "\\u003e", f"<{KOMMUN}%5Cu003e>"),
    ("iri kommun", "a&b?c#d", f"<{KOMMUN}a%26b%3Fc%23d>"),
    ("iris", "http://a/b http://c/d", "<http://a/b>"),
    ("string", "sv", '"sv"'),
    ("string", 'x" } DELETE', '"x\\" } DELETE"'),
    ("string", "x> } DELETE", '"x> } DELETE"'),
    ("string", "a\nb\\", '"a\\nb\\\\"'),
    ("string", "'''\"\"\"", '"\'\'\'\\"\\"\\""'),
    ("string", "\\u0022 } #", '"\\\\u0022 } #"'),
    ("string", "UNDEF", '"UNDEF"'),
    ("string", "å\u2028\U0001f600", '"å\u2028\U0001f600"'),
    ("integer", "12", f'"12"^^<{XSD}integer>'),
    ("integer", "-3", f'"-3"^^<{XSD}integer>'),
    ("boolean", "true", f'"true"^^<{XSD}boolean>'),
    ("boolean", "false", f'"false"^^<{XSD}boolean>'),
    ("language", "sv", '"sv"'),
    ("language", "en", '"en"'),
]
# (type, value)
MISTYPED = [
    ("iri kommun", "http://x> } DELETE"),
    ("iri kommun", "http://x/a b"),
    ("iri kommun", "http://x/\\u003e"),
    ("iri kommun", "://"),
    ("iris", "sala"),
    ("iris", "http://a/b x"),
    ("integer", "tolv"),
    ("integer", "1.5"),
    ("integer", "1 } DELETE"),
    ("integer", "٣"),
    ("integer", "1" * 19),
    ("boolean", "True"),
    ("boolean", "1"),
    ("boolean", "ja"),
    ("language", "fi"),
    ("language", "sv } DELETE"),
]
# (head line, line of the error)
UNREADABLE = [
    ("#+ title: utan språk", 1),
    ("#+ title@fi: Otsikko", 1),
    ("#+ titel@sv: Rubrik", 1),
    ("#+", 1),
    ("#+ bara text", 1),
    ("#+ param: string", 1),
    ("#+ param x: date", 1),
    ("#+ param x: iri", 1),
    ("#+ title@sv: Rubrik\n#+ hej", 2),
]


def one(kind: str) -> queries.QueryFile:
    """Give a query with one required parameter ``x`` of a type."""
    return parse("en.rq", f"#+ param x: {kind}; sv=Ex; en=Ax\nSELECT ?x {{ VALUES ?x {{ UNDEF }} }}")


def rows(text: str) -> list[list[str]]:
    """Run a SELECT on an empty store; give each row's terms as N-Triples writes them."""
    found = Store().query(text)
    assert isinstance(found, QuerySolutions)
    return [["" if term is None else str(term) for term in row] for row in found]


def test_head() -> None:
    """A head gives titles, descriptions, parameters, columns and an example."""
    found = parse("fil.rq", HEAD)
    assert ("Rubrik", "Title") == (found.title("sv"), found.title("en"))
    assert "Första raden, andra raden." == found.description("sv")
    assert "What it means." == found.description("en")
    assert ("Namn", "Name", "antal") == (
        found.column("namn", "sv"),
        found.column("namn", "en"),
        found.column("antal", "en"),
    )
    assert {"plats": "sala", "sprak": "en"} == found.example
    place, language = found.parameters
    assert Parameter("plats", "iri", ("kommun", "kommundel"), True, "", "Plats", "Place") == place
    assert Parameter("sprak", "string", (), False, "sv", "Språk", "Language") == language
    assert ("Plats", "Place") == (place.label("sv"), place.label("en"))


def test_no_head() -> None:
    """A query without a head is called by its file's name and takes no parameters."""
    found = parse("fil.rq", "SELECT * {}")
    assert ("fil.rq", "", ()) == (found.title("sv"), found.description("en"), found.parameters)
    assert "SELECT * {}" == found.bind({}, NAMES)


def test_missing_language() -> None:
    """Where one language is missing, the other is shown."""
    assert "Rubrik" == parse("fil.rq", "#+ title@sv: Rubrik\nASK {}").title("en")


@pytest.mark.parametrize(("head", "line"), UNREADABLE)
def test_unreadable_head(head: str, line: int) -> None:
    """A head line that cannot be read is named by file and line, in both languages."""
    with pytest.raises(QueryFileError) as caught:
        parse("fil.rq", f"{head}\nSELECT * {{ VALUES ?x {{ UNDEF }} }}")
    assert caught.value.sv.startswith(f"fil.rq:{line}: ")
    assert caught.value.en.startswith(f"fil.rq:{line}: ")


def test_parameter_that_the_query_does_not_use() -> None:
    """A parameter without its VALUES line is refused, with the line to write."""
    with pytest.raises(QueryFileError, match=r"fil\.rq:1: .*VALUES \?x \{ UNDEF \}"):
        parse("fil.rq", "#+ param x: string\nSELECT * { ?s ?p ?x }")


def test_every_type_has_its_cases() -> None:
    """Each type of parameter stands among the cases, bound and, but for text, mistyped."""
    assert set(queries._TYPES) == {kind.split()[0] for kind, _, _ in BOUND}
    assert set(queries._TYPES) == {kind.split()[0] for kind, _ in MISTYPED} | {"string"}


@pytest.mark.parametrize(("kind", "value", "expected"), BOUND)
def test_value_is_one_term(kind: str, value: str, expected: str) -> None:
    """Whatever a value holds, the engine reads it as one term of the parameter's type."""
    assert expected == rows(one(kind).bind({"x": value}, NAMES))[0][0]


def test_iris_are_many_terms() -> None:
    """A list of IRIs becomes as many rows, from a text or a list."""
    for value in ("http://a/b http://c/d", ["http://a/b", "http://c/d"]):
        assert [["<http://a/b>"], ["<http://c/d>"]] == rows(one("iris").bind({"x": value}, NAMES))


@pytest.mark.parametrize(("kind", "value"), MISTYPED)
def test_mistyped(kind: str, value: str) -> None:
    """A value of another type is refused, with the parameter and what it must be."""
    with pytest.raises(ParameterError) as caught:
        one(kind).bind({"x": value}, NAMES)
    for message in (caught.value.sv, caught.value.en):
        assert message.startswith("x ")
        assert kind.split()[0] in message


def test_unknown() -> None:
    """An unknown parameter is refused, with those that there are."""
    with pytest.raises(ParameterError) as caught:
        parse("fil.rq", HEAD).bind({"kommun": "sala"}, NAMES)
    assert "fil.rq har ingen parameter 'kommun'. De som finns: plats, sprak." == caught.value.sv
    assert "fil.rq has no parameter 'kommun'. There are: plats, sprak." == caught.value.en


def test_missing() -> None:
    """A required parameter that is missing or empty is refused by its name and label."""
    for values in ({}, {"x": ""}, {"x": "  "}):
        with pytest.raises(ParameterError) as caught:
            one("string").bind(values, NAMES)
        assert "en.rq behöver parametern x (Ex)." == caught.value.sv
        assert "en.rq needs the parameter x (Ax)." == caught.value.en


def test_optional_and_default() -> None:
    """An optional parameter that is left out stays unbound; a default takes the place of a missing value."""
    assert [["", '"sv"']] == rows(parse("fil.rq", HEAD).bind({}, NAMES))
    assert [[f"<{KOMMUN}sala>", '"en"']] == rows(parse("fil.rq", HEAD).bind({"plats": "sala", "sprak": "en"}, NAMES))


def test_every_place_of_a_parameter_is_bound() -> None:
    """A parameter that stands in two branches is bound in both."""
    text = "#+ param x: string\nSELECT ?x ?y { { VALUES ?x { UNDEF } } UNION { VALUES ?x { UNDEF } BIND(1 AS ?y) } }"
    assert [['"a"'], ['"a"']] == [row[:1] for row in rows(parse("fil.rq", text).bind({"x": "a"}, NAMES))]


def test_value_that_looks_like_another_place() -> None:
    """A value that spells the place of the next parameter stays a value, and the next one does not enter it."""
    text = "#+ param x: string\n#+ param y: string\nSELECT ?x ?y { VALUES ?x { UNDEF } VALUES ?y { UNDEF } }"
    hostile = "VALUES ?y { UNDEF }"
    bound = parse("fil.rq", text).bind({"x": hostile, "y": " } } #"}, NAMES)
    assert [[f'"{hostile}"', '"} } #"']] == rows(bound)


def test_folder_and_find(tmp_path: Path) -> None:
    """Query files are found by name without suffix, in order; an unknown name is answered with those there are."""
    (tmp_path / "b.rq").write_text("ASK {}", encoding="utf-8")
    (tmp_path / "a.rq").write_text("#+ title@sv: A\nASK {}", encoding="utf-8")
    (tmp_path / "c.txt").write_text("", encoding="utf-8")
    assert ["a", "b"] == list(queries.folder(tmp_path))
    assert "A" == queries.find(tmp_path, "a").title("sv")
    with pytest.raises(NotFound) as caught:
        queries.find(tmp_path, "../a")
    assert "'../a'" in caught.value.sv
    assert caught.value.sv.endswith("De som finns: a, b.")
    assert caught.value.en.endswith("There are: a, b.")


def test_head_tells_where_a_report_stands() -> None:
    """The head names the theme, the kinds whose pages carry the report, and the categories that it explains."""
    found = queries.parse(
        "x.rq", "#+ theme: evidens\n#+ carried: metod insatstyp\n#+ explains: FoUMetod IckeGoraMetod\nSELECT * {}"
    )
    assert ("evidens", ("metod", "insatstyp"), ("FoUMetod", "IckeGoraMetod")) == (
        found.theme,
        found.carried,
        found.explains,
    )


def test_every_report_has_a_theme_and_what_it_carries() -> None:
    """Each of our reports stands under a theme; one that pages carry has an IRI parameter that may be left out."""
    reports = run.all_reports(packaged_sources())
    assert "" not in run.by_theme(reports)
    assert set(run.THEMES) == set(run.by_theme(reports))
    for name, report in reports.items():
        if report.carried:
            parameter = next(p for p in report.parameters if p.type == "iri")
            assert set(report.carried) <= set(parameter.kinds), name
            assert parameter.optional, name
