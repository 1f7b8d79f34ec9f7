"""DCAT-AP-SE 3.0.1 (docs.dataportal.se/dcat/3.0.1/en) as a table: per class, how often each property must stand.

A row is (property, least, most); ``None`` is no upper bound. What is recommended has least 0 there and stands in a table
of its own. Taken from the specification's own machine-readable form, its bundle of templates.
"""

from __future__ import annotations

Rule = tuple[str, int, int | None]

MANDATORY: dict[str, tuple[Rule, ...]] = {
    "dcat:Catalog": (
        ("dct:title", 1, None),
        ("dct:description", 1, None),
        ("dct:publisher", 1, 1),
        ("dct:license", 1, 1),
        ("dcat:dataset", 1, None),
        ("dct:issued", 0, 1),
        ("foaf:homepage", 0, 1),
    ),
    "dcat:Dataset": (
        ("dct:title", 1, None),
        ("dct:description", 1, None),
        ("dct:publisher", 1, 1),
        ("dct:issued", 0, 1),
        ("dct:accessRights", 0, 1),
        ("dcat:version", 0, 1),
    ),
    "dcat:Distribution": (
        ("dcat:accessURL", 1, 1),
        ("dct:format", 1, 1),
        ("dct:license", 0, 1),
        ("dcat:byteSize", 0, 1),
        ("spdx:checksum", 0, 1),
    ),
    "dcat:DataService": (
        ("dct:title", 1, None),
        ("dcat:endpointURL", 1, None),
        ("dct:format", 1, 1),
        ("dct:license", 0, 1),
        ("dct:accessRights", 0, 1),
    ),
    "foaf:Agent": (("foaf:name", 1, None), ("dct:type", 1, 1)),
    "vcard:Organization": (("vcard:fn", 1, None), ("vcard:hasEmail", 1, None)),
    "dct:PeriodOfTime": (("dcat:startDate", 0, 1), ("dcat:endDate", 0, 1)),
    "dct:ProvenanceStatement": (("dct:description", 1, None),),
    "spdx:Checksum": (("spdx:checksumValue", 1, 1), ("spdx:algorithm", 1, 1)),
}
RECOMMENDED: dict[str, tuple[str, ...]] = {
    "dcat:Catalog": ("dct:issued", "dct:language", "foaf:homepage", "dct:spatial", "dcat:themeTaxonomy"),
    "dcat:Dataset": ("dcat:contactPoint", "dcat:keyword", "dcat:theme", "dct:issued", "dct:accessRights"),
    "dcat:Distribution": ("dct:license", "<http://data.europa.eu/r5r/availability>"),
    "dcat:DataService": ("dcat:endpointDescription", "dcat:contactPoint", "dcat:keyword", "dct:accessRights"),
}
IN_BOTH_LANGUAGES = (
    ("dcat:Catalog", "dct:title"),
    ("dcat:Catalog", "dct:description"),
    ("dcat:Dataset", "dct:title"),
    ("dcat:Dataset", "dct:description"),
    ("dcat:DataService", "dct:title"),
)
