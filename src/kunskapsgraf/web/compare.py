"""``/jamfor``: places or methods side by side, chosen in a plain form; the address holds the choice."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from kunskapsgraf.errors import BadRequest, NotFound, ParameterError
from kunskapsgraf.graph.store import select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import RDF_TYPE
from kunskapsgraf.web import context
from kunskapsgraf.web.comparison import ComparedMethod, Part, compared_methods, compared_places
from kunskapsgraf.web.facts import facts_of, marks_of
from kunskapsgraf.web.labels import Label, names_of
from kunskapsgraf.web.links import Links
from kunskapsgraf.web.place import Scope, places_of
from kunskapsgraf.web.uses import uses_of
from kunskapsgraf.web.worth import worths_of

blueprint = Blueprint("compare", __name__)
MOST = 6
"""Things in one comparison: more columns than that nobody reads."""
_KINDS = ("Behandlingsmetod", "Bedomningsmetod", "Uppfoljningsverktyg", "Samordningsmodell", "Manual")
_KIN = ("iMetodfamilj", "innehallerKomponent")
_PLACES = ("Kommun", "Kommundel", "Stadsdelsomrade")


@dataclass
class _Compared:
    """What a comparison shows: its parts, labels for all they name, and the scopes that absence is concluded in."""

    parts: list[Part]
    labels: dict[str, Label]
    scopes: list[Scope]


@blueprint.get("/jamfor")
def compare() -> Response:
    """Lay the chosen things side by side; with fewer than two chosen, show the form alone."""
    asked = list(dict.fromkeys(value.strip() for value in request.args.getlist("med") if value.strip()))
    if len(asked) > MOST:
        raise BadRequest(
            f"Högst {MOST} saker kan jämföras på en gång; här är {len(asked)}.",
            f"At most {MOST} things can be compared at once; here are {len(asked)}.",
        )
    chosen = list(dict.fromkeys(_thing(value) for value in asked))
    kind = _kind(chosen)
    found = _compared(chosen, kind) if len(chosen) > 1 else _Compared([], {}, [])
    choices = {"kommun": _choices("kommun"), "metod": _choices("metod")}
    labels = (
        found.labels
        | names_of(context.store(), chosen)
        | {iri: label for several in choices.values() for iri, label in several}
    )
    return Response(
        render_template(
            "compare.html",
            chosen=chosen,
            kind=kind,
            found=found,
            labels=labels,
            most=MOST,
            choices={name: [pair for pair in several if pair[0] not in chosen] for name, several in choices.items()},
        )
    )


def _thing(value: str) -> str:
    """Give the IRI of what the address names by kind and slug, or by its IRI."""
    names = context.store().names
    candidates = Links(names).things(value.removeprefix(names.things)) if "://" not in value.removeprefix(names.things) else []  # fmt: skip
    for iri in candidates:
        with suppress(ParameterError):
            if facts_of(context.store(), [iri], (RDF_TYPE,))[iri].values:
                return iri
    raise NotFound(
        f"Grafen vet inget om {value!r}. Välj i formuläret på /jamfor.",
        f"The graph knows nothing of {value!r}. Choose in the form at /jamfor.",
    )


def _kind(chosen: Sequence[str]) -> str:
    """Tell whether the things are places or methods; raises ``BadRequest`` where they are neither, or both."""
    terms = context.store().names.terms
    kinds = set()
    for facts in facts_of(context.store(), chosen, (RDF_TYPE,)).values():
        classes = {iri.removeprefix(terms) for iri in facts.iris(RDF_TYPE)}
        kinds.add("kommun" if classes & set(_PLACES) else "metod" if "Metod" in classes else "")
    if "" in kinds or len(kinds) > 1:
        raise BadRequest(
            "Jämför platser med platser eller metoder med metoder.",
            "Compare places with places, or methods with methods.",
        )
    return next(iter(kinds), "")


def _compared(chosen: Sequence[str], kind: str) -> _Compared:
    store = context.store()
    if kind == "kommun":
        places = places_of(store, chosen)
        scopes = {scope.iri: scope for place in places.places.values() for scope in place.scopes}
        return _Compared(compared_places(places), places.labels, list(scopes.values()))
    worths, labels = worths_of(store, chosen)
    marks = marks_of(store, chosen, (*_KIN, RDF_TYPE))
    labels |= names_of(store, {value for _, _, value in marks})
    methods = []
    for iri in chosen:
        own = {(name, value): kinds for (thing, name, value), kinds in marks.items() if thing == iri}
        kinds = {
            v: k for (name, v), k in own.items() if name == RDF_TYPE and v.removeprefix(store.names.terms) in _KINDS
        }
        kin = {v: k for (name, v), k in own.items() if name in _KIN}
        methods.append(ComparedMethod(iri, kinds, kin, worths[iri], uses_of(store, iri)))
    for one in methods:
        labels |= one.uses.labels
    return _Compared(compared_methods(methods, labels), labels, [])


def _choices(kind: str) -> list[tuple[str, Label]]:
    """Give the places with a reported offer, or the methods, by name."""
    store = context.store()
    if kind == "metod":
        query = context.query("class-members", **{"class": store.names.terms + "Metod"})
    else:
        query = context.query("offering-places")
    things = [text_of(row["thing"]) for row in select(store, query)]
    labels = names_of(store, things)
    return sorted(labels.items(), key=lambda pair: pair[1].text.lower())
