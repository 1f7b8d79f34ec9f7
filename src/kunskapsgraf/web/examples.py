"""The reports as example queries in RDF, in the form that query editors read.

An example is a ``sh:SPARQLExecutable`` (SHACL, section 5.1) with its text, a comment for people and ``schema:target``, as
the collection sib-swiss/sparql-examples has made customary. Its parameters have the values of the report's own example.
"""

from __future__ import annotations

from collections.abc import Iterable

from kunskapsgraf.errors import ParameterError
from kunskapsgraf.graph.queries import QueryFile
from kunskapsgraf.graph.rdf import Literal, NamedNode, Triple
from kunskapsgraf.graph.statements import Statements, in_both
from kunskapsgraf.graph.vocabulary import DCT, OWL, RDF_TYPE, RDFS, RDFS_LABEL, SCHEMA, SH, XSD, Names

THEMES = {
    "utbud": ("utbud", "services"),
    "evidens": ("evidens", "evidence"),
    "resurser": ("resurser", "resources"),
    "saknas": ("vad som saknas", "what is missing"),
    "kallor": ("källorna", "the sources"),
}
"""A keyword in Swedish and English for each theme of reports."""


def examples(reports: Iterable[QueryFile], names: Names) -> list[Triple]:
    """Say each report as an example, and the prefixes that a query may use."""
    said = Statements(names.catalogue_graph)
    prefixes = names.dataset + "#prefix"
    said.say(prefixes, RDF_TYPE, OWL + "Ontology")
    said.say(prefixes, RDFS_LABEL, *in_both("Prefix i exempelfrågorna", "Prefixes of the example queries"))
    for prefix, namespace in names.prefixes().items():
        mine = f"{prefixes}-{prefix}"
        said.say(prefixes, SH + "declare", mine)
        said.say(mine, RDF_TYPE, SH + "PrefixDeclaration")
        said.say(mine, SH + "prefix", Literal(prefix))
        said.say(mine, SH + "namespace", Literal(namespace, datatype=NamedNode(XSD + "anyURI")))
    for report in reports:
        try:
            text = example(report, names)
        except ParameterError:
            continue  # its head has no example of what it needs
        mine = names.report(report.name.removesuffix(".rq"))
        said.say(mine, RDF_TYPE, SH + "SPARQLExecutable", SH + "SPARQLSelectExecutable")
        said.say(mine, RDFS_LABEL, *in_both(report.title("sv"), report.title("en")))
        said.say(mine, RDFS + "comment", *in_both(report.description("sv"), report.description("en")))
        said.say(mine, SH + "prefixes", prefixes)
        said.say(mine, SH + "select", Literal(text))
        said.say(mine, SCHEMA + "target", names.endpoint)
        said.say(mine, DCT + "isPartOf", names.base + ".well-known/sparql-examples")
        if report.theme in THEMES:
            said.say(mine, SCHEMA + "keywords", *in_both(*THEMES[report.theme]))
    return [quad.triple for quad in said.quads()]


def example(report: QueryFile, names: Names) -> str:
    """Give the SELECT that a report runs with the values of its example, without its head."""
    text = report.bind(report.example, names)
    return "\n".join(line for line in text.splitlines() if not line.startswith("#+")) + "\n"
