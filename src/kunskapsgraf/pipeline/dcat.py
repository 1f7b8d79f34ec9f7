"""DCAT-AP-SE 3: the catalogue of data sets, the files they come in, and the service that answers for them.

The profile (docs.dataportal.se/dcat/3.0.1) is DCAT-AP with Swedish rules; ``tests/dcat_ap_se.py`` has its mandatory and
recommended properties as a table. What people have written of the whole (publisher, keywords, themes) stands in the
editorial graph, about the data set; what is missing there gets a plain default. The contact depends on who runs the
service, as does what kind of publisher that is; both are added when the catalogue is served.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from kunskapsgraf.graph.rdf import Literal, NamedNode
from kunskapsgraf.graph.statements import Statements, in_both, whole_number
from kunskapsgraf.graph.vocabulary import (
    DCAT,
    DCATAP,
    DCT,
    FOAF,
    OWL,
    PROV,
    RDF_TYPE,
    RDFS_LABEL,
    SPDX,
    XSD,
    Names,
)
from kunskapsgraf.pipeline.contents import Contents
from kunskapsgraf.pipeline.dumps import Dump
from kunskapsgraf.pipeline.facts import Facts

_MEDIA = "https://www.iana.org/assignments/media-types/"
_AUTHORITY = "http://publications.europa.eu/resource/authority/"
_MEDIA_TYPES = {
    "nq": "application/n-quads",
    "trig": "application/trig",
    "nt": "application/n-triples",
    "ttl": "text/turtle",
}
_OF_WHOLE = ("keyword", "theme")
_TEXTS = {
    "ontology": (
        ("Ontologin", "The ontology"),
        ("Klasser, egenskaper och regler i OWL 2 RL.", "Classes, properties and rules in OWL 2 RL."),
        ("Skriven för hand.", "Written by hand."),
    ),
    "asserted": (
        ("Uppgifter ur {}", "Statements of {}"),
        (
            "Vad källan säger, läst mening för mening och skrivet med ontologins termer. Varje uppgift leder till sina rader.",
            "What the source says, read sentence by sentence and written with the ontology's terms. Every statement leads to its lines.",
        ),
        ("Läst ur källan.", "Read from the source."),
    ),
    "editorial": (
        ("Redaktionella uppgifter", "Editorial statements"),
        (
            "Namn, begrepp, platser, länkar och valda läsningar.",
            "Names, concepts, places, links and chosen readings.",
        ),
        ("Skrivna för hand av redaktionen.", "Written by hand by the editors."),
    ),
    "inferred": (
        ("Härledda uppgifter", "Inferred statements"),
        (
            "Vad som följer av ontologin, källorna och redaktionens uppgifter.",
            "What follows from the ontology, the sources and the editorial statements.",
        ),
        (
            "Härledda vid bygget med reglerna i OWL 2 RL och SPARQL-regler.",
            "Inferred as the graph is built, by the rules of OWL 2 RL and SPARQL rules.",
        ),
    ),
    "closed": (
        ("Slutsatser av frånvaro", "Conclusions from absence"),
        (
            "Vad som saknas, inom den omfattning som en källa själv säger att den täcker. Utanför den är det okänt.",
            "What is missing, within the scope that a source itself says it covers. Outside it nothing is known.",
        ),
        ("Slutna vid bygget med SPARQL-frågor.", "Concluded as the graph is built, by SPARQL queries."),
    ),
}
"""Title, description and provenance of each kind of graph."""
_LAYER_TITLE = ("Härlett ur {} ensam", "Inferred from {} alone")


def describe(said: Statements, contents: Contents, dumps: Sequence[Dump], names: Names, version: str) -> None:
    """Say the catalogue, its data sets, their files and the service; and the title of each graph."""
    graphs = [graph for graph in contents.graphs() if graph != names.catalogue_graph]
    sources = {graph: f"{names.things}kalla/{graph.rsplit('/', 1)[-1]}" for graph in graphs}
    facts = contents.facts({names.dataset, names.dataset + "#utgivare", names.ontology, *sources.values()})
    places = contents.facts(
        {place for source in sources.values() for place in facts.iris(source, names.terms + "omrade")}
    )
    files: Mapping[str, list[Dump]] = defaultdict(list)
    for dump in dumps:
        files[dump.dataset].append(dump)
    datasets = [names.dataset, *(graph for graph in graphs if not names.is_layer(graph))]
    common = _Common(said, facts, names)
    common.catalogue(datasets, version)
    common.service(datasets)
    for dataset in datasets:
        common.dataset(dataset, version)
        for dump in files[dataset]:
            common.file(dump)
    titles = facts.texts(names.dataset, DCT + "title")
    said.say(names.dataset, DCT + "title", *_both(titles, "Kunskapsgraf: hela grafen", "Kunskapsgraf: the whole graph"))
    descriptions = facts.texts(names.dataset, DCT + "description")
    said.say(
        names.dataset,
        DCT + "description",
        *_both(
            descriptions,
            "Alla grafer som en fråga ser om den inte väljer själv.",
            "All graphs that a query sees unless it chooses itself.",
        ),
    )
    for graph in graphs:
        _of_graph(said, graph, sources[graph], facts, places, names)


class _Common:
    """What the catalogue, its data sets and files have in common: publisher, licence and rights."""

    def __init__(self, said: Statements, facts: Facts, names: Names) -> None:
        self._say = said.say
        self._facts = facts
        self._names = names
        self._publisher = names.dataset + "#utgivare"
        self._licences = facts.iris(names.ontology, DCT + "license")
        name = facts.literals(self._publisher, FOAF + "name") or [Literal("Kunskapsgraf")]
        kinds = facts.iris(self._publisher, DCT + "type")
        said.say(self._publisher, RDF_TYPE, FOAF + "Agent")
        said.say(self._publisher, FOAF + "name", *name)
        said.say(self._publisher, DCT + "type", *kinds)
        said.say(self._publisher, FOAF + "homepage", names.base)

    def catalogue(self, datasets: Sequence[str], version: str) -> None:
        """Say the catalogue itself."""
        mine = self._names.catalogue
        self._say(mine, RDF_TYPE, DCAT + "Catalog")
        self._say(mine, DCT + "title", *in_both("Kunskapsgrafens katalog", "The catalogue of Kunskapsgraf"))
        self._say(
            mine,
            DCT + "description",
            *in_both(
                "Datamängderna i Kunskapsgraf, filerna de finns i och tjänsten som svarar på frågor om dem.",
                "The data sets of Kunskapsgraf, the files they come in and the service that answers queries about them.",
            ),
        )
        self._say(mine, FOAF + "homepage", self._names.base)
        self._say(mine, OWL + "versionInfo", Literal(version))
        self._say(mine, DCAT + "themeTaxonomy", _AUTHORITY + "data-theme")
        self._say(mine, DCAT + "dataset", *datasets)
        self._say(mine, DCAT + "service", self._names.endpoint)
        self._belongs(mine)
        self._say(mine, DCT + "license", *self._licences)

    def service(self, datasets: Sequence[str]) -> None:
        """Say the service that answers for the data sets."""
        mine = self._names.endpoint
        self._say(mine, RDF_TYPE, DCAT + "DataService")
        self._say(mine, DCT + "title", *in_both("SPARQL-tjänst", "SPARQL service"))
        self._say(
            mine,
            DCT + "description",
            *in_both("Svarar på frågor i SPARQL 1.1.", "Answers queries in SPARQL 1.1."),
        )
        self._say(mine, DCAT + "endpointURL", self._names.endpoint)
        self._say(mine, DCAT + "endpointDescription", self._names.endpoint, self._names.base + "openapi.json")
        self._say(mine, DCAT + "servesDataset", *datasets)
        self._say(mine, DCT + "conformsTo", "http://www.w3.org/TR/sparql11-protocol/")
        self._say(mine, DCT + "format", Literal("application/sparql-results+json"))
        self._say(mine, DCAT + "landingPage", self._names.base + "om")
        self._say(mine, DCT + "publisher", self._publisher)
        self._say(mine, DCT + "license", *self._licences)
        self._say(mine, DCT + "accessRights", _AUTHORITY + "access-right/PUBLIC")
        self._topics(mine)

    def dataset(self, mine: str, version: str) -> None:
        """Say what all data sets have in common, and that the service is a way to each."""
        self._say(mine, RDF_TYPE, DCAT + "Dataset")
        self._say(mine, DCT + "accessRights", _AUTHORITY + "access-right/PUBLIC")
        self._say(mine, DCAT + "version", Literal(version))
        self._say(mine, DCAT + "landingPage", self._names.base + "om")
        self._belongs(mine)
        self._topics(mine)
        distribution = mine + "#sparql"
        self._say(mine, DCAT + "distribution", distribution)
        self._say(distribution, RDF_TYPE, DCAT + "Distribution")
        self._say(distribution, DCT + "title", *in_both("Genom SPARQL-tjänsten", "Through the SPARQL service"))
        self._say(distribution, DCT + "format", Literal("application/sparql-results+json"))
        self._say(distribution, DCAT + "accessURL", self._names.endpoint)
        self._say(distribution, DCAT + "accessService", self._names.endpoint)
        self._shared(distribution)

    def file(self, dump: Dump) -> None:
        """Say one file of a data set."""
        address = self._names.dump(dump.name)
        mine, checksum = address + "#fil", address + "#kontrollsumma"
        media = _MEDIA_TYPES[dump.format]
        self._say(dump.dataset, DCAT + "distribution", mine)
        self._say(mine, RDF_TYPE, DCAT + "Distribution")
        self._say(
            mine, DCT + "title", *in_both(f"Fil i {media}, packad med gzip", f"File in {media}, compressed with gzip")
        )
        self._say(mine, DCT + "format", Literal(media))
        self._say(mine, DCAT + "mediaType", _MEDIA + media)
        self._say(mine, DCAT + "compressFormat", _MEDIA + "application/gzip")
        self._say(mine, DCAT + "accessURL", address)
        self._say(mine, DCAT + "downloadURL", address)
        self._say(mine, DCAT + "byteSize", whole_number(len(dump.body)))
        self._say(mine, SPDX + "checksum", checksum)
        self._say(checksum, RDF_TYPE, SPDX + "Checksum")
        self._say(checksum, SPDX + "algorithm", SPDX + "checksumAlgorithm_sha256")
        self._say(checksum, SPDX + "checksumValue", Literal(dump.digest, datatype=NamedNode(XSD + "hexBinary")))
        self._shared(mine)

    def _shared(self, distribution: str) -> None:
        self._say(distribution, DCT + "license", *self._licences)
        self._say(distribution, DCATAP + "availability", _AUTHORITY + "planned-availability/AVAILABLE")

    def _belongs(self, mine: str) -> None:
        self._say(mine, DCT + "publisher", self._publisher)
        for term in ("language", "issued", "spatial"):
            found = self._facts.of(self._names.dataset, DCT + term)
            if mine in (self._names.dataset, self._names.catalogue) or term != "spatial":
                self._say(mine, DCT + term, *found)

    def _topics(self, mine: str) -> None:
        for term in _OF_WHOLE:
            found = self._facts.of(self._names.dataset, DCAT + term)
            self._say(mine, DCAT + term, *found)


def _of_graph(said: Statements, graph: str, source: str, facts: Facts, places: Facts, names: Names) -> None:
    """Say title, text, origin, period and area of one graph."""
    kind = "inferred" if names.is_layer(graph) else names.kind_of_graph(graph)
    (title_sv, title_en), description, provenance = _TEXTS[kind]
    if names.is_layer(graph):
        title_sv, title_en = _LAYER_TITLE
    of_source = kind == "asserted" or names.is_layer(graph)
    called = facts.texts(source, RDFS_LABEL, DCT + "title")
    slug = graph.rsplit("/", 1)[-1]
    said.say(
        graph,
        DCT + "title",
        *in_both(title_sv.format(called.get("sv", slug)), title_en.format(called.get("en", called.get("sv", slug)))),
    )
    said.say(graph, DCT + "description", *in_both(*description))
    told = graph + "#ursprung"
    said.say(graph, DCT + "provenance", told)
    said.say(told, RDF_TYPE, DCT + "ProvenanceStatement")
    said.say(told, RDFS_LABEL, *in_both(*provenance))
    said.say(told, DCT + "description", *in_both(*provenance))
    if of_source:
        said.say(graph, DCT + "source", source)
    if kind != "asserted":
        return
    said.say(graph, PROV + "wasDerivedFrom", source)
    for place in facts.iris(source, names.terms + "omrade"):
        if names.terms + "Plats" in places.iris(place, RDF_TYPE):
            said.say(graph, DCT + "spatial", place)
            said.say(place, RDF_TYPE, DCT + "Location")
            label = places.texts(place, RDFS_LABEL)
            said.say(place, RDFS_LABEL, *(Literal(text, language=tag) for tag, text in sorted(label.items())))
    period = graph + "#period"
    for end, name in (("start", "giltigFran"), ("end", "giltigTill")):
        for day in facts.literals(source, names.terms + name)[:1]:
            said.say(graph, DCT + "temporal", period)
            said.say(period, RDF_TYPE, DCT + "PeriodOfTime")
            said.say(period, f"{DCAT}{end}Date", day)


def _both(texts: Mapping[str, str], sv: str, en: str) -> tuple[Literal, Literal]:
    return in_both(texts.get("sv", sv), texts.get("en", en))
