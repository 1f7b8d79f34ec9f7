"""``/jamfor``: places, methods or sources side by side, chosen in a plain form; the address holds the choice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from flask import Blueprint, Response, render_template, request

from kunskapsgraf.errors import BadRequest, NotFound, ParameterError
from kunskapsgraf.graph.formats import HTML
from kunskapsgraf.graph.particulars import Period
from kunskapsgraf.graph.store import Store, select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import RDF_TYPE
from kunskapsgraf.web import comparisonfiles, context, views
from kunskapsgraf.web.compared import compared_methods, compared_places, compared_sources
from kunskapsgraf.web.comparison import Part
from kunskapsgraf.web.facts import facts_of
from kunskapsgraf.web.labels import Label, names_of
from kunskapsgraf.web.laying import named_in
from kunskapsgraf.web.links import Links
from kunskapsgraf.web.place import scopes_of

blueprint = Blueprint("compare", __name__)
MOST = 6
"""Things in one comparison: more columns than that nobody reads."""
MOST_ROWS = 200
"""Rows of each part on the page; the files hold them all."""
_PLACES = frozenset({"Kommun", "Kommundel", "Stadsdelsomrade"})
_COMPARED: dict[str, Callable[[Store, Sequence[str]], list[Part]]] = {
    "kommun": compared_places,
    "metod": compared_methods,
    "kalla": compared_sources,
}
"""What lays things of a kind side by side."""


@blueprint.get("/jamfor")
def compare() -> Response:
    """Lay the chosen things side by side; with fewer than two chosen, show the form alone. As a page, JSON or CSV."""
    written = views.format_asked(HTML, views.JSON, views.CSV, several=("med",))
    asked = list(dict.fromkeys(value.strip() for value in request.args.getlist("med") if value.strip()))
    if len(asked) > MOST:
        raise BadRequest(
            f"Högst {MOST} saker kan jämföras på en gång; här är {len(asked)}.",
            f"At most {MOST} things can be compared at once; here are {len(asked)}.",
        )
    chosen = list(dict.fromkeys(_thing(value) for value in asked))
    kind = _kind(chosen)
    store = context.store()
    if len(chosen) < 2 and written is not HTML:
        raise BadRequest(
            "Ange minst två saker att jämföra, till exempel med=kommun/heby&med=kommun/sala.",
            "Give at least two things to compare, such as med=kommun/heby&med=kommun/sala.",
        )
    parts = [part for part in _COMPARED[kind](store, chosen) if part.rows] if len(chosen) > 1 else []
    labels = named_in(store, parts) | names_of(store, chosen)
    if written is views.JSON:
        return comparisonfiles.as_json(kind, chosen, parts, labels)
    if written is views.CSV:
        return comparisonfiles.as_csv(chosen, parts, labels)
    scopes = scopes_of(store, chosen) if kind == "kommun" and parts else []
    choices = {name: _choices(name) for name in _COMPARED if len(chosen) < MOST and kind in ("", name)}
    labels |= names_of(store, (iri for scope in scopes for iri in (scope.iri, scope.source)))
    return Response(
        render_template(
            "compare.html",
            chosen=chosen,
            kind=kind,
            parts=parts,
            scopes=scopes,
            periods_of=_periods(chosen) if kind == "kalla" else {},
            labels=labels,
            most=MOST,
            most_rows=MOST_ROWS,
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
    """Tell what the things are, all of them; raises ``BadRequest`` where they are nothing that is compared, or a mixture."""
    terms = context.store().names.terms
    kinds = set()
    for facts in facts_of(context.store(), chosen, (RDF_TYPE,)).values():
        classes = {iri.removeprefix(terms) for iri in facts.iris(RDF_TYPE)}
        is_of = {"kommun": classes & _PLACES, "metod": "Metod" in classes, "kalla": "Kalla" in classes}
        kinds.add(next((kind for kind, holds in is_of.items() if holds), ""))
    if "" in kinds or len(kinds) > 1:
        raise BadRequest(
            "Jämför platser med platser, metoder med metoder eller källor med källor.",
            "Compare places with places, methods with methods, or sources with sources.",
        )
    return next(iter(kinds), "")


def _periods(sources: Sequence[str]) -> dict[str, Period]:
    """Give the time that each source holds for, as far as it is known."""
    known = context.store().particulars().periods
    return {iri: known[iri] for iri in sources if iri in known}


def _choices(kind: str) -> list[tuple[str, Label]]:
    """Give the places with a reported offer, the methods, or the sources, by name."""
    store = context.store()
    if kind == "kommun":
        query = context.query("offering-places")
    else:
        query = context.query("class-members", **{"class": store.names.terms + kind.capitalize()})
    things = [text_of(row["thing"]) for row in select(store, query)]
    labels = names_of(store, things)
    return sorted(labels.items(), key=lambda pair: pair[1].text.lower())
