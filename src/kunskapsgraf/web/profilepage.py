"""``/profil``: how much the data of a thing hold, told to people and, as ``prof:Profile``, to programs."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, redirect, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from kunskapsgraf.errors import NotFound
from kunskapsgraf.graph.formats import HTML
from kunskapsgraf.graph.nearest import nearest
from kunskapsgraf.graph.rdf import GRAPH_FORMATS as ENGINE_FORMATS
from kunskapsgraf.graph.rdf import Literal, NamedNode, Term, Triple, write
from kunskapsgraf.graph.statements import in_both
from kunskapsgraf.graph.vocabulary import RDF_TYPE, RDFS_LABEL, Names
from kunskapsgraf.web import context
from kunskapsgraf.web.extent import AT_ONCE
from kunskapsgraf.web.links import Links
from kunskapsgraf.web.negotiation import PAGE_OR_GRAPH, chosen, serialised
from kunskapsgraf.web.profiles import INCOMING, PLAIN, PROFILES, PROOFS, iri_of

blueprint = Blueprint("profilepage", __name__)
_PROF = "http://www.w3.org/ns/dx/prof/"
_LABELS = {
    PLAIN: in_both("Vad som sägs om saken", "What is said of the thing"),
    INCOMING: in_both("Med uppgifter som pekar på saken", "With statements that lead to the thing"),
    PROOFS: in_both("Med bevis för varje slutsats (PROV-O)", "With the proof of each conclusion (PROV-O)"),
}


@blueprint.get("/profil")
def listed() -> Response:
    """Tell the profiles."""
    names = context.store().names
    written = chosen(PAGE_OR_GRAPH)
    if written is HTML:
        told = {
            PLAIN: gettext("Varje sats med saken som subjekt, hela. Så är det utan att man väljer."),
            INCOMING: gettext(
                "Också satserna med saken som objekt, i delar om %(n)s. Länken next i huvudet Link leder till nästa del.",
                n=AT_ONCE,
            ),
            PROOFS: gettext(
                "Också beviset för varje slutsats, ner till källornas rader. Där bevisen blir för många leder satsen själv till sitt."
            ),
        }
        return Response(
            render_template("profiles.html", told=told, iris={name: iri_of(name, names) for name in PROFILES})
        )
    return serialised(write(list(_statements(names)), ENGINE_FORMATS[written.name], names.prefixes()), written)


@blueprint.get("/profil/<name>")
def one(name: str) -> AnyResponse:
    """Lead from a profile's IRI to where it is told."""
    if name not in PROFILES:
        near = nearest(name, PROFILES)
        raise NotFound(
            f"Det finns ingen profil {name[:100]!r}.{f' Menade du {near}?' if near else ''} Alla står på /profil.",
            f"There is no profile {name[:100]!r}.{f' Did you mean {near}?' if near else ''} All stand at /profil.",
        )
    written = chosen(PAGE_OR_GRAPH)
    links = Links(context.store().names)
    return redirect(links.to(f"/profil#{name}") if written is HTML else links.to("/profil", format=written.name), 303)


def _statements(names: Names) -> Iterator[Triple]:
    for name in PROFILES:
        values: list[tuple[str, Term]] = [
            (RDF_TYPE, NamedNode(_PROF + "Profile")),
            (_PROF + "hasToken", Literal(name)),
            *((RDFS_LABEL, label) for label in _LABELS[name]),
        ]
        values += [(_PROF + "isProfileOf", NamedNode(iri_of(PLAIN, names)))] if name != PLAIN else []
        for predicate, value in values:
            yield Triple(NamedNode(iri_of(name, names)), NamedNode(predicate), value)
