"""The ontology: inside OWL 2 RL, declared and labelled, and the contract's names all there."""

from __future__ import annotations

import re

import pytest
import rdflib
from category_names import CATEGORIES
from parsed import ROOT, data, ontology
from rdflib import OWL, RDF, RDFS, BNode, Literal, URIRef
from rdflib.collection import Collection

from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.store import select
from kunskapsgraf.graph.terms import text_of

KG = "https://w3id.org/kunskapsgraf/ns#"
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
# Categories whose conditions the sources speak of and that still nothing is in: docs/categories.md says why.
OF_EVERY_LEVEL = {"evidenskarta-atgarder", "metoder-utan-evidens"}
HONESTLY_EMPTY = {"KommunMedUngaVuxnaInsats", "UngaVuxnaInsats"}


def terms() -> list[URIRef]:
    """List our declared terms."""
    found = {
        s for kind in KINDS for s in ontology().subjects(RDF.type, kind) if isinstance(s, URIRef) and s.startswith(KG)
    }
    return sorted(found)


@pytest.mark.parametrize("name", CATEGORIES)
def test_contract_category_is_declared(name: str) -> None:
    """Every category of the contract is a class."""
    assert (URIRef(KG + name), RDF.type, OWL.Class) in ontology()


def test_every_term_has_label_and_comment_in_both_languages() -> None:
    """Each of our terms says in Swedish and English what it is called and what it means, once each."""
    missing = [
        (term.removeprefix(KG), str(what).rsplit("#", 1)[-1], language)
        for term in terms()
        for what in (RDFS.label, RDFS.comment)
        for language in ("sv", "en")
        if 1
        != sum(1 for text in ontology().objects(term, what) if isinstance(text, Literal) and text.language == language)
    ]
    assert [] == missing


def test_every_term_used_is_declared() -> None:
    """Terms in data, queries, shapes and code are declared in the ontology."""
    declared = {term.removeprefix(KG) for term in terms()}
    used: dict[str, str] = {}
    for triple in (*data(), *ontology()):
        for node in triple:
            if isinstance(node, URIRef) and node.startswith(KG) and node != URIRef(KG):
                used.setdefault(node.removeprefix(KG), "data or ontology")
    for folder, suffix in (("queries", "*.rq"), ("shapes", "*.ttl"), ("src", "*.py")):
        for path in sorted((ROOT / folder).rglob(suffix)):
            for name in re.findall(r"(?<![\w/])kg:([A-Za-z]\w*)", path.read_text(encoding="utf-8")):
                used.setdefault(name, str(path.relative_to(ROOT)))
    assert {} == {name: where for name, where in used.items() if name not in declared}


def test_terms_awaiting_data_are_marked_and_listed(whole_store: EmbeddedStore) -> None:
    """A term is marked as awaiting data exactly when nothing in the graph and no query uses it, and docs list it."""
    outside = f"GRAPH ?g {{ ?s ?p ?o }} FILTER(?g != <{whole_store.names.ontology_graph}>)"
    rows = [
        *select(whole_store, f"SELECT DISTINCT (?p AS ?term) WHERE {{ {outside} }}"),
        *select(whole_store, f"SELECT DISTINCT (?o AS ?term) WHERE {{ {outside} FILTER(STRSTARTS(STR(?o), '{KG}')) }}"),
    ]
    used = {text_of(row["term"]).removeprefix(KG) for row in rows}
    for path in (ROOT / "queries").rglob("*.rq"):
        # A check, and a report of every state or level, may look for what is not there yet.
        if path.parent.name != "checks" and path.stem not in OF_EVERY_LEVEL:
            used |= set(re.findall(r"kg:([A-Za-z]\w*)", path.read_text(encoding="utf-8")))
    used |= {"harledsGenom", "vantarPaData"}  # notes on terms themselves
    used |= HONESTLY_EMPTY
    awaiting = {term.removeprefix(KG) for term in terms()} - used
    marked = {str(term).removeprefix(KG) for term in ontology().subjects(URIRef(KG + "vantarPaData"), None)}
    assert sorted(awaiting) == sorted(marked)
    listed = re.search(
        r"## Terms that await data\n.*?\n\n(.*?)\n\n", (ROOT / "docs" / "data.md").read_text() + "\n\n", re.S
    )
    assert listed
    assert awaiting == set(re.findall(r"`(\w+)`", listed[1]))


def test_ontology_names_its_version_and_licence() -> None:
    """The header has version IRI, version, licence, title and a note of changes."""
    header = URIRef(KG.removesuffix("#"))
    for what in (OWL.versionIRI, OWL.versionInfo, URIRef("http://purl.org/dc/terms/license")):
        assert list(ontology().objects(header, what)), what
    assert {"sv", "en"} == {
        text.language
        for text in ontology().objects(header, URIRef("http://www.w3.org/2004/02/skos/core#changeNote"))
        if isinstance(text, Literal)
    }


# --- OWL 2 RL (W3C OWL 2 Profiles, section 4.2) ---

DATATYPES = {
    *(
        f"http://www.w3.org/2001/XMLSchema#{name}"
        for name in ("decimal", "integer", "string", "boolean", "dateTime", "anyURI")
    ),
    *(
        f"http://www.w3.org/2001/XMLSchema#{name}"
        for name in ("nonNegativeInteger", "positiveInteger", "token", "language")
    ),
    str(RDFS.Literal),
    str(RDF.langString),
}


def breaches(graph: rdflib.Graph) -> list[str]:
    """List where a graph leaves the RL profile: one line per axiom."""
    found: list[str] = []

    def members(node: rdflib.term.Node) -> list[rdflib.term.Node]:
        return list(Collection(graph, node))

    def sub(node: rdflib.term.Node) -> bool:
        """SubClassExpression of the profile."""
        if isinstance(node, URIRef):
            return node != OWL.Thing
        if (one := graph.value(node, OWL.intersectionOf)) is not None or (
            one := graph.value(node, OWL.unionOf)
        ) is not None:
            return all(sub(member) for member in members(one))
        if graph.value(node, OWL.oneOf) is not None or graph.value(node, OWL.hasValue) is not None:
            return True
        filler = graph.value(node, OWL.someValuesFrom)
        return filler is not None and (filler == OWL.Thing or sub(filler))

    def above(node: rdflib.term.Node) -> bool:
        """SuperClassExpression of the profile."""
        if isinstance(node, URIRef):
            return node != OWL.Thing
        if (one := graph.value(node, OWL.intersectionOf)) is not None:
            return all(above(member) for member in members(one))
        if (one := graph.value(node, OWL.complementOf)) is not None:
            return sub(one)
        if (one := graph.value(node, OWL.allValuesFrom)) is not None:
            return above(one)
        if graph.value(node, OWL.hasValue) is not None:
            return True
        most = graph.value(node, OWL.maxCardinality, default=graph.value(node, OWL.maxQualifiedCardinality))
        return isinstance(most, Literal) and int(most) in (0, 1)

    def equivalent(node: rdflib.term.Node) -> bool:
        """EquivClassExpression of the profile."""
        if isinstance(node, URIRef):
            return node != OWL.Thing
        if (one := graph.value(node, OWL.intersectionOf)) is not None:
            return all(equivalent(member) for member in members(one))
        return graph.value(node, OWL.hasValue) is not None

    for lower, _, upper in graph.triples((None, RDFS.subClassOf, None)):
        if not sub(lower) or not above(upper):
            found.append(f"subClassOf: {lower} {upper}")
    for one, _, other in graph.triples((None, OWL.equivalentClass, None)):
        if not equivalent(one) or not equivalent(other):
            found.append(f"equivalentClass: {one}")
    for one, _, other in graph.triples((None, OWL.disjointWith, None)):
        if not sub(one) or not sub(other):
            found.append(f"disjointWith: {one}")
    for end in (RDFS.domain, RDFS.range):
        for prop, _, target in graph.triples((None, end, None)):
            is_data = (prop, RDF.type, OWL.DatatypeProperty) in graph
            if is_data and end == RDFS.range:
                if str(target) not in DATATYPES:
                    found.append(f"range: {prop} {target}")
            elif not above(target):
                found.append(f"{end}: {prop}")
    for kind in (OWL.ReflexiveProperty, OWL.disjointUnionOf, OWL.hasSelf, OWL.minCardinality, OWL.cardinality):
        for subject in {*graph.subjects(RDF.type, kind), *graph.subjects(kind, None)}:
            found.append(f"{kind}: {subject}")
    return found


def test_ontology_is_inside_the_rl_profile() -> None:
    """Every axiom keeps to the positions that OWL 2 RL allows."""
    assert [] == breaches(ontology())


@pytest.mark.parametrize(
    "axiom",
    [
        "kg:A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty kg:p ; owl:someValuesFrom kg:B ] .",
        "kg:A owl:equivalentClass [ owl:unionOf ( kg:B kg:C ) ] .",
        "kg:A owl:equivalentClass [ a owl:Restriction ; owl:onProperty kg:p ; owl:someValuesFrom kg:B ] .",
        "kg:A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty kg:p ; owl:minCardinality 1 ] .",
        "kg:A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty kg:p ; owl:maxCardinality 2 ] .",
        "[ a owl:Restriction ; owl:onProperty kg:p ; owl:allValuesFrom kg:B ] rdfs:subClassOf kg:A .",
        "kg:p a owl:DatatypeProperty ; rdfs:range xsd:date .",
        "kg:p a owl:ObjectProperty , owl:ReflexiveProperty .",
        "owl:Thing rdfs:subClassOf kg:A .",
    ],
)
def test_profile_check_finds_what_is_outside(axiom: str) -> None:
    """Each kind of axiom outside the profile is found; the check can fail."""
    prefixes = f"""@prefix kg: <{KG}> . @prefix owl: <{OWL}> . @prefix rdfs: <{RDFS}> .
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . """
    assert breaches(rdflib.Graph().parse(data=prefixes + axiom, format="turtle"))


def test_no_describing_property_has_a_domain() -> None:
    """A fact stands on what its sentence is about: no property of ours types its subject."""
    assert [] == [str(prop) for prop in ontology().subjects(RDFS.domain, None) if str(prop).startswith(KG)]


def test_no_blank_node_stands_for_a_term() -> None:
    """Only class expressions and lists are anonymous."""
    odd = {
        kind
        for node in set(ontology().subjects())
        if isinstance(node, BNode)
        for kind in ontology().objects(node, RDF.type)
    } - {OWL.Class, OWL.Restriction, RDF.List, OWL.AllDisjointClasses, OWL.AllDifferent, OWL.AllDisjointProperties}
    assert set() == odd
