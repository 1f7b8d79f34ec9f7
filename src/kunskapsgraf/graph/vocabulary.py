"""Names: namespaces, named graphs and the prefixes that every answer and page uses."""

from __future__ import annotations

from dataclasses import dataclass

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCT = "http://purl.org/dc/terms/"
PROV = "http://www.w3.org/ns/prov#"
ORG = "http://www.w3.org/ns/org#"
BIBO = "http://purl.org/ontology/bibo/"
CITO = "http://purl.org/spar/cito/"
VOID = "http://rdfs.org/ns/void#"
VOID_EXT = "http://ldf.fi/void-ext#"
SH = "http://www.w3.org/ns/shacl#"
SD = "http://www.w3.org/ns/sparql-service-description#"
DCAT = "http://www.w3.org/ns/dcat#"
DCATAP = "http://data.europa.eu/r5r/"
FOAF = "http://xmlns.com/foaf/0.1/"
VCARD = "http://www.w3.org/2006/vcard/ns#"
SPDX = "http://spdx.org/rdf/terms#"
SCHEMA = "https://schema.org/"

RDF_TYPE = RDF + "type"
RDFS_LABEL = RDFS + "label"
PREF_LABEL = SKOS + "prefLabel"

_FOREIGN = {
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "skos": SKOS,
    "dct": DCT,
    "prov": PROV,
    "org": ORG,
    "bibo": BIBO,
    "cito": CITO,
    "void": VOID,
    "sd": SD,
    "dcat": DCAT,
    "foaf": FOAF,
    "sh": SH,
    "schema": SCHEMA,
}


BASE = "https://w3id.org/kunskapsgraf/"
"""The base that query and shape files are written with; another setting takes its place as they are read."""


@dataclass(frozen=True)
class Names:
    """The IRIs that hang on the base: terms (``ns#``), things (``id/``) and named graphs (``graf/``)."""

    base: str

    @property
    def terms(self) -> str:
        """The namespace of our terms, prefix ``kg:``."""
        return self.base + "ns#"

    @property
    def ontology(self) -> str:
        """The IRI of the ontology itself."""
        return self.base + "ns"

    @property
    def things(self) -> str:
        """What the IRI of every thing begins with: ``id/<kind>/<slug>`` follows."""
        return self.base + "id/"

    @property
    def ontology_graph(self) -> str:
        """The graph of the ontology's axioms and labels."""
        return self.base + "graf/ontologi"

    @property
    def editorial_graph(self) -> str:
        """The graph of editorial statements: schemes, labels, followed readings."""
        return self.base + "graf/redaktion"

    @property
    def inferred_graph(self) -> str:
        """The graph of what OWL and the rules infer."""
        return self.base + "graf/harledd"

    @property
    def closed_graph(self) -> str:
        """The graph of what is concluded from absence inside a declared scope."""
        return self.base + "graf/sluten"

    @property
    def catalogue_graph(self) -> str:
        """The graph that describes the others; reached by name only."""
        return self.base + "graf/katalog"

    @property
    def pointer_graph(self) -> str:
        """The graph of an engine elsewhere that says which of its graphs are shown (graph/elsewhere/pointer.py)."""
        return self.base + "graf/visad"

    @property
    def ledger_graph(self) -> str:
        """The graph of an engine elsewhere in which builds note what they have done there (pipeline/inside/ledger.py)."""
        return "urn:kunskapsgraf:builds:" + self.base

    @property
    def dataset(self) -> str:
        """The whole data set: what a query sees by default; each named graph is a part of it or beside it."""
        return self.base + "graf"

    @property
    def nameless(self) -> str:
        """What the IRI of a thing without a name begins with: the sources' blank nodes have such (RDF 1.1, section 3.5)."""
        return self.base + ".well-known/genid/"

    @property
    def endpoint(self) -> str:
        """The SPARQL service."""
        return self.base + "sparql"

    @property
    def catalogue(self) -> str:
        """The DCAT catalogue of the data sets."""
        return self.base + "katalog"

    def report(self, name: str) -> str:
        """Name a report, which is an example query too."""
        return f"{self.base}queries/{name}"

    def dump(self, name: str) -> str:
        """Name the file that holds a dump."""
        return f"{self.base}dump/{name}"

    def source_graph(self, slug: str) -> str:
        """Name the graph of what one source asserts."""
        return f"{self.base}graf/kalla/{slug}"

    def inferred_from(self, slug: str) -> str:
        """Name the graph, reached by name only, of what follows from one source alone; its period is the source's."""
        return f"{self.base}graf/harledd/{slug}"

    @property
    def inferred_timeless(self) -> str:
        """Name the graph, reached by name only, of what follows from ontology and editorial statements alone."""
        return self.inferred_from("redaktion")

    def is_layer(self, graph: str) -> bool:
        """Tell whether a graph is reached by name only and stays out of the default graph."""
        return graph == self.catalogue_graph or graph.startswith(self.inferred_graph + "/")

    def kind_of_graph(self, graph: str) -> str:
        """Name the kind of statement a graph holds: ontology, asserted, editorial, inferred, closed or catalogue."""
        fixed = {
            self.ontology_graph: "ontology",
            self.editorial_graph: "editorial",
            self.inferred_graph: "inferred",
            self.closed_graph: "closed",
            self.catalogue_graph: "catalogue",
        }
        return fixed.get(graph, "asserted")

    def prefixes(self) -> dict[str, str]:
        """Give the prefixes of every serialisation, ours first."""
        return {"kg": self.terms, **_FOREIGN}

    def shorten(self, iri: str) -> str:
        """Write an IRI as ``prefix:name`` where a prefix fits, else in full."""
        for prefix, namespace in self.prefixes().items():
            rest = iri.removeprefix(namespace)
            if rest != iri and rest and "/" not in rest and "#" not in rest:
                return f"{prefix}:{rest}"
        return iri
