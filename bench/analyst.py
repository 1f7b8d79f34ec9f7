"""Queries as an analyst writes them, without a thought for the engine: absence in its forms, and property paths."""

from __future__ import annotations

PREFIXES = """PREFIX kg: <https://w3id.org/kunskapsgraf/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
ABSENCES = {
    "methods without a statement of evidence": "SELECT ?m { ?m a kg:Metod FILTER NOT EXISTS { ?m kg:harEvidensutsaga ?e } }",
    "methods without an assessed statement": "SELECT ?m { ?m a kg:Metod FILTER NOT EXISTS { ?m kg:harEvidensutsaga ?e . ?e kg:bedomning ?b } }",
    "municipalities without an offer for relatives": "SELECT ?k { ?k a kg:Kommun FILTER NOT EXISTS { ?k kg:erbjuder ?i . ?i a kg:AnhorigInsats } }",
    "municipalities with one": "SELECT ?k { ?k a kg:Kommun FILTER EXISTS { ?k kg:erbjuder ?i . ?i a kg:AnhorigInsats } }",
    "services without a Swedish label": "SELECT ?s { ?s a kg:Insats FILTER NOT EXISTS { ?s rdfs:label ?l FILTER(LANG(?l) = 'sv') } }",
    "things without a label": "SELECT ?s { ?s a ?c FILTER NOT EXISTS { ?s rdfs:label ?l } }",
    "things without a passage in a source": "SELECT ?s { ?s a ?c FILTER NOT EXISTS { ?s kg:uttalasI ?p . ?p kg:iKalla ?k } }",
    "offers without a passage in a source": "SELECT ?u { ?u a kg:Utbudspost FILTER NOT EXISTS { ?u kg:uttalasI ?p . ?p kg:iKalla ?k } }",
    "two shared variables": "SELECT ?k ?i { ?k kg:erbjuder ?i FILTER NOT EXISTS { ?k kg:harUtbudspost ?u . ?u kg:avserInsats ?i } }",
    "nested": "SELECT ?k { ?k a kg:Kommun FILTER NOT EXISTS { ?k kg:erbjuder ?i . ?i kg:anvanderMetod ?m FILTER NOT EXISTS { ?m kg:harEvidensutsaga ?e . ?e kg:bedomning ?b } } }",
    "in OPTIONAL": "SELECT ?k ?i { ?k a kg:Kommun OPTIONAL { ?k kg:erbjuder ?i FILTER NOT EXISTS { ?i kg:anvanderMetod ?m . ?m kg:harEvidensutsaga ?e } } }",
    "a filter on the outside: the latest offer": "SELECT ?k ?a { ?k a kg:Kommun ; kg:harUtbudspost ?u . ?u kg:giltigFran ?a FILTER NOT EXISTS { ?k kg:harUtbudspost ?v . ?v kg:giltigFran ?b FILTER(?b > ?a) } }",
    "uncorrelated": "SELECT ?k { ?k a kg:Kommun FILTER NOT EXISTS { ?m a kg:Metod . ?m kg:harKommundel ?e } }",
    "a sequence": "SELECT ?k { ?k a kg:Kommun FILTER NOT EXISTS { ?k kg:erbjuder/kg:anvanderMetod ?m } }",
    "a path of any length": "SELECT ?k { ?k a kg:Kommun FILTER NOT EXISTS { ?k kg:harKommundel*/kg:erbjuder ?i . ?i a kg:AnhorigInsats } }",
}
PATHS = {
    "+ from a term": "SELECT ?x { <https://w3id.org/kunskapsgraf/id/kommun/k0110> kg:samverkarMed+ ?x }",
    "* to a term, alternatives": "SELECT ?x { ?x (kg:erbjuder|kg:harKommundel|kg:anvanderMetod)* <https://w3id.org/kunskapsgraf/id/metod/tolvstegsmetoden> }",
    "* from what is bound": "SELECT ?k ?x { ?k a kg:Kommun . ?k kg:harKommundel* ?x }",
    "* between two patterns": "SELECT ?i ?l { ?i a kg:Insats . ?i kg:delAvVerksamhet* ?v . ?v kg:finnsI ?l }",
    "classes and those above": "SELECT ?c (COUNT(*) AS ?n) { ?k a kg:Kommun . ?k a/rdfs:subClassOf* ?c } GROUP BY ?c",
    "a sequence, backwards": "SELECT ?m ?k { ?m a kg:Metod . ?m ^kg:anvanderMetod/^kg:erbjuder ?k }",
    "an alternative": "SELECT ?k ?i { ?k a kg:Kommun . ?k kg:erbjuder|kg:harKommundel ?i }",
    "+ with both ends open": "SELECT (COUNT(*) AS ?n) { ?v kg:delAvVerksamhet+ ?w }",
    "+ of a sequence, both ends open": "SELECT (COUNT(*) AS ?n) { ?v (kg:erbjuder/kg:anvanderMetod)+ ?w }",
    "* with both ends open": "SELECT (COUNT(*) AS ?n) { ?v skos:broader* ?w }",
}


def queries() -> dict[str, str]:
    """Give all of them by name, with their prefixes."""
    return {name: PREFIXES + query for name, query in (ABSENCES | PATHS).items()}
