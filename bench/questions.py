"""The mix that every engine is asked, in the same words: plain SPARQL 1.1 on the default graph, or on named graphs alone.

Each question has a kind (lookup, describe, aggregate, negation, path, text) and is asked of several things, which the data
choose: of which the most is said, the least, and between. No question uses what an engine has beyond the standard.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bench.mixed import Things
from kunskapsgraf.graph.vocabulary import Names

KINDS = ("lookup", "describe", "aggregate", "negation", "path", "text")
_PREFIXES = (
    "PREFIX kg: <{terms}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
)


@dataclass(frozen=True)
class Form:
    """A question with a place for a thing: of which kinds of thing it is asked (none: it is asked as it stands)."""

    kind: str
    name: str
    of: str
    text: str
    named: bool = False


FORMS = (
    Form("lookup", "what is said of a service", "insats", "SELECT ?p ?o {{ <{thing}> ?p ?o }}"),
    Form(
        "lookup",
        "what a kommun offers",
        "kommun",
        'SELECT ?i ?name {{ <{thing}> kg:erbjuder ?i . ?i rdfs:label ?name FILTER(LANG(?name) = "sv") }}',
    ),
    Form(
        "lookup",
        "which sources say it of a service",
        "insats",
        'SELECT ?g ?p ?o {{ GRAPH ?g {{ <{thing}> ?p ?o }} FILTER(STRSTARTS(STR(?g), "{sources}")) }}',
        named=True,
    ),
    Form(
        "describe",
        "a kommun, from both sides",
        "kommun",
        "SELECT ?s ?p ?o {{ {{ BIND(<{thing}> AS ?s) <{thing}> ?p ?o }} UNION {{ BIND(<{thing}> AS ?o) ?s ?p <{thing}> }} }}",
    ),
    Form(
        "describe",
        "a method, from both sides",
        "metod",
        "SELECT ?s ?p ?o {{ {{ BIND(<{thing}> AS ?s) <{thing}> ?p ?o }} UNION {{ BIND(<{thing}> AS ?o) ?s ?p <{thing}> }} }}",
    ),
    Form(
        "describe",
        "the passages that speak of a service",
        "insats",
        "SELECT ?property ?value ?passage ?source ?from {{ ?b kg:belaggSubjekt <{thing}> ; kg:belaggEgenskap ?property ; "
        "kg:belaggVarde ?value ; kg:uttalasI ?passage . ?passage kg:iKalla ?source OPTIONAL {{ ?passage kg:radFran ?from }} }}",
    ),
    Form("aggregate", "things of each class", "", "SELECT ?c (COUNT(?s) AS ?n) {{ ?s a ?c }} GROUP BY ?c"),
    Form(
        "aggregate",
        "services of a method's family by kommun",
        "metod",
        "SELECT ?k (COUNT(DISTINCT ?i) AS ?n) {{ ?k a kg:Kommun ; kg:erbjuder ?i . ?i kg:anvanderMetodIFamilj <{thing}> }} GROUP BY ?k",
    ),
    Form(
        "aggregate",
        "kommuner and services by form and target group",
        "",
        "SELECT ?form ?group (COUNT(DISTINCT ?k) AS ?kommuner) (COUNT(DISTINCT ?i) AS ?services) "
        "{{ ?k a kg:Kommun ; kg:erbjuder ?i . ?i kg:form ?form ; kg:riktarSigTill ?group }} GROUP BY ?form ?group",
    ),
    Form(
        "negation",
        "services without a method",
        "",
        "SELECT ?i {{ ?i a kg:Insats FILTER NOT EXISTS {{ ?i kg:anvanderMetod ?m }} }}",
    ),
    Form(
        "negation",
        "services of a kommun that none of its parts offers",
        "",
        "SELECT ?k ?i {{ ?k a kg:Kommun ; kg:erbjuder ?i FILTER NOT EXISTS {{ ?d kg:kommundelAv ?k ; kg:erbjuder ?i }} }}",
    ),
    Form(
        "negation",
        "kommuner without a method of a family",
        "metod",
        "SELECT ?k {{ ?k a kg:Kommun MINUS {{ ?k kg:erbjuder ?i . ?i kg:anvanderMetodIFamilj <{thing}> }} }}",
    ),
    Form("path", "units above a unit", "verksamhet", "SELECT DISTINCT ?u {{ <{thing}> kg:delAvVerksamhet+ ?u }}"),
    Form(
        "path",
        "kommuner that reach a method by what they offer",
        "metod",
        "SELECT DISTINCT ?k {{ ?k kg:erbjuder/kg:anvanderMetod/skos:broader* <{thing}> }}",
    ),
    Form(
        "path",
        "who works with whom, in steps",
        "kommun",
        "SELECT DISTINCT ?k {{ <{thing}> (kg:samverkarMed|^kg:deltarI/kg:harDeltagare)/kg:samverkarMed ?k }}",
    ),
    Form(
        "text",
        "services with a word in what they say",
        "",
        'SELECT ?i ?text {{ ?i a kg:Insats ; kg:erbjudandeText ?text FILTER(CONTAINS(LCASE(STR(?text)), "nykterhet")) }}',
    ),
    Form(
        "text",
        "names that begin with a word",
        "",
        'SELECT ?s ?name {{ ?s a kg:Uttalande ; rdfs:label ?name FILTER(REGEX(STR(?name), "^samtal", "i")) }}',
    ),
)


@dataclass(frozen=True)
class Question:
    """A question of one thing, as it is asked."""

    form: Form
    thing: str
    query: str


def questions(things: Things, names: Names, count: int) -> list[list[Question]]:
    """Give the questions of each form: of ``count`` things, or one where it is of none."""
    return [list(_of_form(form, things, names, count)) for form in FORMS]


def _of_form(form: Form, things: Things, names: Names, count: int) -> Iterator[Question]:
    for thing in things.some([form.of], count) if form.of else [""]:
        text = (_PREFIXES + form.text).format(
            terms=names.terms, sources=names.source_graph(""), thing=names.things + thing
        )
        yield Question(form, thing, text)
