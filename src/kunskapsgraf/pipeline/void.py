"""VoID: the whole and each graph in numbers, by class and by property, the links that lead out, and examples.

The terms are those of Describing Linked Datasets with the VoID Vocabulary (W3C Interest Group Note, 3 March 2011). Object
classes stand beneath property partitions as void-generator writes them, and datatypes by its extension, which is where
query editors look for them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from urllib.parse import quote, urlsplit

from kunskapsgraf.graph.rdf import Literal
from kunskapsgraf.graph.statements import Statements, in_both, iris, whole_number
from kunskapsgraf.graph.vocabulary import DCT, FOAF, OWL, RDF_TYPE, RDFS, SKOS, VOID, VOID_EXT, Names
from kunskapsgraf.pipeline.contents import Contents
from kunskapsgraf.pipeline.statistics import Statistics, Ties, Use

LINKING = (
    *(SKOS + name for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")),
    OWL + "sameAs",
)
"""Properties that tie a thing of ours to one of another data set; ``rdfs:seeAlso`` leads to pages."""
EXAMPLE_CLASSES = ("Kommun", "Insats", "Metod", "Kalla")
"""Classes of ours of which a data set shows one member each."""
_KNOWN = {
    "www.wikidata.org": "Wikidata",
    "lagen.nu": "lagen.nu",
    "addictovocab.org": "AddictO",
    "terminology.hl7.org": "HL7 Terminology (THO)",
    "data.cochrane.org": "Cochrane Linked Data",
}


def describe(said: Statements, contents: Contents, names: Names, version: str) -> None:
    """Say of the whole, and of each graph in it, what it holds; the whole is what a query sees by default."""
    whole = names.dataset
    in_union = [graph for graph in contents.graphs() if not names.is_layer(graph)]
    stated = [graph for graph in in_union if names.kind_of_graph(graph) in ("asserted", "editorial")]
    statistics = contents.statistics(in_union)
    document = names.base + ".well-known/void"
    said.say(document, RDF_TYPE, VOID + "DatasetDescription")
    said.say(document, DCT + "title", *in_both("Kunskapsgraf i tal (VoID)", "Kunskapsgraf in numbers (VoID)"))
    said.say(document, FOAF + "primaryTopic", whole)
    said.say(whole, RDF_TYPE, VOID + "Dataset")
    said.say(whole, OWL + "versionInfo", Literal(version))
    said.say(whole, VOID + "sparqlEndpoint", names.endpoint)
    said.say(whole, VOID + "uriSpace", Literal(names.things))
    _count(said, whole, statistics, names)
    _tie(said, whole, contents.ties(in_union, stated), names)
    _vocabularies(said, whole, statistics)
    shown = {names.terms + name for name in EXAMPLE_CLASSES}
    _examples(said, whole, contents.first_members(in_union, shown, names.things))
    _links(said, contents.links(in_union, LINKING), names)
    for graph in contents.graphs():
        said.say(whole, VOID + "subset", graph)
        said.say(graph, RDF_TYPE, VOID + "Dataset")
        own = contents.statistics([graph])
        _count(said, graph, own, names)
        _vocabularies(said, graph, own)


def part(dataset: str, kind: str, names: Names, *parts: str) -> str:
    """Name a part of a data set by the terms that it is about, without blank nodes."""
    written = []
    for iri in parts:
        short = names.shorten(iri)
        written.append(hashlib.sha256(iri.encode()).hexdigest()[:12] if short == iri else short.replace(":", "-"))
    return f"{dataset}#{kind}-{'.'.join(written)}"


def _count(said: Statements, dataset: str, found: Statistics, names: Names) -> None:
    for name, number in (
        ("triples", found.statements),
        ("entities", found.entities),
        ("classes", len(found.classes)),
        ("properties", len(found.properties)),
        ("distinctSubjects", found.subjects),
        ("distinctObjects", found.objects),
    ):
        said.say(dataset, VOID + name, whole_number(number))
    for iri, members in found.classes.items():
        mine = part(dataset, "klass", names, iri)
        said.say(dataset, VOID + "classPartition", mine)
        said.say(mine, VOID + "class", iri)
        said.say(mine, VOID + "entities", whole_number(members))
    for iri, use in found.properties.items():
        mine = part(dataset, "egenskap", names, iri)
        said.say(dataset, VOID + "propertyPartition", mine)
        _use(said, mine, iri, use)


def _use(said: Statements, partition: str, iri: str, use: Use) -> None:
    said.say(partition, VOID + "property", iri)
    said.say(partition, VOID + "triples", whole_number(use.statements))
    said.say(partition, VOID + "distinctSubjects", whole_number(use.subjects))
    said.say(partition, VOID + "distinctObjects", whole_number(use.objects))


def _tie(said: Statements, whole: str, ties: Ties, names: Names) -> None:
    for (kind, name), count in ties.properties.items():
        mine = part(whole, "egenskap", names, kind, name)
        said.say(part(whole, "klass", names, kind), VOID + "propertyPartition", mine)
        said.say(mine, VOID + "property", name)
        said.say(mine, VOID + "triples", whole_number(count))
    for counts, step, term in (
        (ties.classes, VOID + "classPartition", VOID + "class"),
        (ties.datatypes, VOID_EXT + "datatypePartition", VOID_EXT + "datatype"),
    ):
        for (kind, name, target), count in counts.items():
            mine = part(whole, "egenskap", names, kind, name, target)
            said.say(part(whole, "egenskap", names, kind, name), step, mine)
            said.say(mine, term, target)
            said.say(mine, VOID + "triples", whole_number(count))


def _vocabularies(said: Statements, dataset: str, found: Statistics) -> None:
    used = {_namespace(iri) for iri in (*found.classes, *found.properties)} - {""}
    said.say(dataset, VOID + "vocabulary", *iris(sorted(used)))


def _namespace(iri: str) -> str:
    """Give what the IRI of a term begins with; nothing for one without steps, such as a URN."""
    if "#" in iri:
        return iri.partition("#")[0] + "#"
    before, step, _ = iri.rpartition("/")
    return before + step


def _site(iri: str) -> str:
    """Give scheme and host of an address; nothing for what is none."""
    try:
        parts = urlsplit(iri)
    except ValueError:  # an IRI may hold brackets where an address has none
        return ""
    return f"{parts.scheme}://{parts.netloc}/" if parts.scheme in ("http", "https") and parts.netloc else ""


def _examples(said: Statements, dataset: str, members: dict[str, str]) -> None:
    for _, example in sorted(members.items()):
        said.say(dataset, VOID + "exampleResource", example)


def _links(said: Statements, links: Iterable[tuple[str, str, str]], names: Names) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for subject, predicate, target in links:
        if subject.startswith(names.base) and not target.startswith(names.base) and (site := _site(target)):
            counts[site, predicate] += 1
    for (site, predicate), count in sorted(counts.items()):
        host = urlsplit(site).netloc
        slug = quote(host, safe="")  # a host may be an address in brackets
        mine = f"{names.dataset}#lankar-{slug}-{names.shorten(predicate).replace(':', '-')}"
        other = f"{names.dataset}#mal-{slug}"
        said.say(names.dataset, VOID + "subset", mine)
        said.say(mine, RDF_TYPE, VOID + "Linkset")
        title = _KNOWN.get(host, host)
        said.say(mine, DCT + "title", *in_both(f"Länkar till {title}", f"Links to {title}"))
        said.say(mine, VOID + "subjectsTarget", names.dataset)
        said.say(mine, VOID + "objectsTarget", other)
        said.say(mine, VOID + "linkPredicate", predicate)
        said.say(mine, VOID + "triples", whole_number(count))
        said.say(other, RDF_TYPE, VOID + "Dataset")
        said.say(other, DCT + "title", Literal(title))
        said.say(other, VOID + "uriSpace", Literal(site))
        said.say(other, RDFS + "seeAlso", site)
