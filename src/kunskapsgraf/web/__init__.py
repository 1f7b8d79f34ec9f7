"""Path 2: the web service. ``create_app`` is given its settings and its store; nothing here is global.

The routes, as a list:

======================================  =========================================================
``/``                                   what this is, and where it leads
``/sparql``                             SPARQL 1.1 Protocol: GET, POST and QUERY; updates; a form for people
``/editor/stod``                        what the editor completes with, and its examples
``/editor/namn``                        POST: the names of the IRIs in a result
``/id/<kind>/<slug>``                   303 to the page or to the data of a thing
``/sida/<kind>/<slug>``                 the page of a thing
``/data/<kind>/<slug>.<suffix>``        the data of a thing: ttl, nt, jsonld, rdf
``/beskriv``                            what the graph says of any IRI, another's too: ``?iri=``
``/sok``, ``/sok/forslag``              finding by words and facets; ``/opensearch.xml`` tells browsers of it
``/kopplingar``                         what a thing is tied to: a list, a picture, JSON
``/jamfor``                             places, methods or sources side by side
``/varfor``, ``/varfor-inte``           why a statement holds, and why one does not follow
``/evidenskarta``                       the evidence-gap map; ``/evidenskarta/ruta`` is one cell of it
``/evidensprofil``                      what the services of a place, or all, rest on
``/samverkan``                          who works with whom on what: a network, a matrix, a table
``/indikatorer``                        the indicators; ``/indikatorer/<slug>`` is one over time
``/kvalitet``                           where the graph is weak: disagreements, single sources, expiry, gaps
``/versioner``, ``/versioner.atom``     the versions that were served, and what changed: ``/versioner/<former>/<version>``
``/ns``, ``/ns.<suffix>``               the ontology, as a page and as data
``/ns/<name>``                          303 to a term, for who writes a slash for the hash
``/.well-known/genid/<name>``           303 to what is said of a thing without a name
``/profil``, ``/profil/<name>``         how much the data of a thing hold
``/klass/<name>``                       all things of a class
``/klasser``, ``/egenskaper``           the classes and the properties, as trees
``/begrepp``                            the concept schemes, and the concepts of each as a tree
``/graf``, ``/graf/<name>``             the graphs, and what each holds: Graph Store Protocol
``/queries``, ``/queries/<name>``       the reports, each runnable
``/queries/<name>/inbaddning``          a report's rows for a frame in another site's page
``/katalog``, ``/katalog.<suffix>``     the data sets and their files, as a page and as DCAT-AP-SE
``/.well-known/void``                   VoID
``/.well-known/sparql-examples``        the reports as example queries in RDF
``/former``                             what things of each class look like, as SHACL
``/dump/<name>``                        a file with a graph, or with all of them
``/openapi.json``, ``/kontext.jsonld``  this interface as OpenAPI; the ontology's JSON-LD context
``/robots.txt``, ``/sitemap.xml``       what crawlers read, and where; ``/sitemap/<number>.xml``
``/om``                                 how statements are marked, and what the service holds
``/tillganglighet``                     how accessible the pages are, and what falls short
``/fel``                                each type of error and warning
``/halsa``, ``/redo``                   alive or not, ready or not, for machines
``/matt``                               metrics for Prometheus
======================================  =========================================================
"""

from __future__ import annotations

from flask import Flask

from kunskapsgraf.graph.store import Store
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import (
    advice,
    anchors,
    citing,
    compare,
    connections,
    cooperation,
    crawling,
    describing,
    description,
    display,
    editor,
    evidencemap,
    explaining,
    graphstore,
    headers,
    indicators,
    intake,
    joined,
    language,
    limits,
    lookup,
    operations,
    overviews,
    pages,
    pinning,
    problems,
    profile,
    profilepage,
    proxies,
    quality,
    reporting,
    resources,
    search,
    selfdescription,
    sparql,
    static_files,
    terms,
    text,
    trees,
    versions,
    why,
    writing,
)
from kunskapsgraf.web.links import Links


def create_app(settings: Settings, store: Store) -> Flask:
    """Build the application on a store."""
    app = Flask(__name__)
    app.url_map.strict_slashes = False
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.config["MAX_CONTENT_LENGTH"] = settings.body_bytes
    app.extensions["kunskapsgraf"] = (settings, store)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    links = Links(store.names)
    app.jinja_env.globals["links"] = links
    anchors.install(app, links)
    overviews.install(app)
    joined.install(app, links)
    app.jinja_env.filters["thing_slug"] = links.slug
    app.jinja_env.globals["on_this_host"] = selfdescription.on_this_host
    language.install(app, settings)
    display.install(app)
    headers.install(app)
    writing.install(app)
    graphstore.install(app)
    text.install(app)  # after the headers too: what is replaced here they tag and compress
    static_files.install(app)  # after the headers, since what is installed last comes first to an answer
    pinning.install(app)
    advice.install(app)
    intake.install(app)
    problems.install(app)
    limits.install(app)
    explaining.install(app, settings, store)
    citing.install(app)
    versions.install(app)
    lookup.install(app, settings)
    proxies.install(app, settings)
    for area in (
        pages,
        reporting,
        sparql,
        editor,
        resources,
        graphstore,
        terms,
        describing,
        description,
        operations,
        why,
        search,
        compare,
        connections,
        trees,
        profilepage,
        crawling,
        evidencemap,
        profile,
        cooperation,
        indicators,
        quality,
        versions,
    ):
        app.register_blueprint(area.blueprint)
    return app
