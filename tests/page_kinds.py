"""Every kind of page for people, by the route that gives it: what the tests of accessibility visit, on the whole graph."""

from __future__ import annotations

from urllib.parse import quote

ID = "https://w3id.org/kunskapsgraf/id/"
_ROWS = (
    "SELECT ?k ?n { ?k a <https://w3id.org/kunskapsgraf/ns#Kommun> ; <http://www.w3.org/2000/01/rdf-schema#label> ?n }"
)
_GRAPH = f"DESCRIBE <{ID}metod/tolvstegsmetoden>"

PAGES: dict[str, dict[str, str]] = {
    "/": {"front": "/"},
    "/om": {"about": "/om"},
    "/tillganglighet": {"accessibility": "/tillganglighet"},
    "/fel": {"errors": "/fel"},
    "/graf": {"graphs": "/graf"},
    "/graf/<path:path>": {"one graph": "/graf/redaktion"},
    "/katalog": {"catalogue": "/katalog"},
    "/ns": {"ontology": "/ns"},
    "/kopplingar": {
        "connections": "/kopplingar?iri=kommun/sala",
        "connections by one property": "/kopplingar?iri=kommun/vasteras&egenskap=kg:erbjuder&riktning=ut",
    },
    "/beskriv": {
        "another's IRI": "/beskriv?iri=http://www.wikidata.org/entity/Q431271",
        "term": "/beskriv?iri=kg:Kommun",
    },
    "/profil": {"profiles": "/profil"},
    "/evidenskarta": {
        "evidence map": "/evidenskarta",
        "evidence map as a list": "/evidenskarta?vy=tabell",
    },
    "/evidenskarta/ruta": {},
    "/evidensprofil": {
        "evidence profile": "/evidensprofil",
        "evidence profile of a place": "/evidensprofil?plats=kommun/vasteras",
    },
    "/samverkan": {
        "cooperation": "/samverkan",
        "cooperation by party": "/samverkan?plats=kommun/koping&kolumner=part",
        "no cooperation fits": "/samverkan?plats=kommun/surahammar",
    },
    "/indikatorer": {"indicators": "/indikatorer"},
    "/indikatorer/<slug>": {"indicator over time": "/indikatorer/stodprogram-vuxna-narstaende"},
    "/kvalitet": {"quality": "/kvalitet"},
    "/jamfor": {
        "comparison": "/jamfor?med=kommun/heby&med=kommun/sala",
        "comparison of sources": "/jamfor?med=kalla/oppna-jamforelser-missbruk-2019&med=kalla/vardochinsats-cra",
        "choosing what to compare": "/jamfor",
    },
    "/versioner": {"versions": "/versioner"},
    "/versioner/<former>/<version>": {},
    "/klasser": {"classes": "/klasser"},
    "/egenskaper": {"properties": "/egenskaper"},
    "/begrepp": {"concepts": "/begrepp?schema=metod"},
    "/klass/<name>": {
        "class": "/klass/Kommun",
        "long class": "/klass/Insats",
        "empty class": "/klass/KommunMedUngaVuxnaInsats",
    },
    "/queries": {"reports": "/queries"},
    "/queries/<name>": {
        "report with a form": "/queries/kommuner-per-metod",
        "report with a value": "/queries/insatser-per-kommun?kommun=heby",
        "matrix": "/queries/meny-for-kommun?plats=heby",
        "long report": "/queries/onskemal",
    },
    "/queries/<name>/inbaddning": {"frame of a report": "/queries/onskemal/inbaddning"},
    "/sida/<path:path>": {
        "kommun": "/sida/kommun/vasteras",
        "insats": "/sida/insats/arboga-eftervard",
        "metod": "/sida/metod/tolvstegsmetoden",
        "malgrupp": "/sida/malgrupp/vuxna-anhoriga",
        "kalla": "/sida/kalla/lansstyrelsen-vastmanland-2006",
        "begrepp": "/sida/metod/asi",
        "unknown thing": "/sida/kommun/finns-inte",
    },
    "/sok": {
        "search": "/sok",
        "found": "/sok?q=samtal&slag=insats&slag=begrepp",
        "not found": "/sok?q=xyzzy&slag=metod",
    },
    "/sparql": {
        "rows": f"/sparql?format=html&query={quote(_ROWS)}",
        "graph": f"/sparql?format=html&query={quote(_GRAPH)}",
        "truth": "/sparql?format=html&query=ASK%7B%7D",
        "bad query": "/sparql?query=SELECT",
        "form": "/sparql",
    },
    "/varfor": {"why": "/varfor?subjekt=kommun/sala&egenskap=kg:harMetodutbud&varde=metod/tolvstegsmetoden"},
    "/varfor-inte": {"why not": "/varfor-inte?subjekt=kommun/arboga&egenskap=a&varde=kg:KommunMedUngaVuxnaInsats"},
}
"""Addresses by route. The query editor (YASGUI) is exempt: of ``/sparql`` the form that stands there without it is visited."""
NO_PAGES = {
    "/.well-known/genid/<name>",
    "/.well-known/sparql-examples",
    "/.well-known/void",
    "/data/<path:path>",
    "/dump/<path:name>",
    "/editor/namn",
    "/editor/stod",
    "/former",
    "/former.<suffix>",
    "/halsa",
    "/id/<path:path>",
    "/katalog.<suffix>",
    "/kontext.jsonld",
    "/matt",
    "/ns.<suffix>",
    "/ns/<name>",
    "/openapi.json",
    "/opensearch.xml",
    "/profil/<name>",
    "/redo",
    "/robots.txt",
    "/sitemap.xml",
    "/sitemap/<int:number>.xml",
    "/sok/forslag",
    "/static/<path:filename>",
    "/versioner.atom",
}
"""Routes that give data or lead elsewhere."""
ADDRESSES = {name: path for pages in PAGES.values() for name, path in pages.items()} | {"no such page": "/finns-inte"}
