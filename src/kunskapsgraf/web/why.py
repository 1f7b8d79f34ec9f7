"""``/varfor`` and ``/varfor-inte``: why a statement holds, as a tree of reasons; and why one does not follow.

A statement is named by its three terms, so that its address lasts as long as they do. They are written as in N-Triples,
or in the short forms of the command line: ``kommun/sala``, ``a``, ``kg:Kommun``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from kunskapsgraf.errors import BadRequest, NotFound, QueryTooLarge
from kunskapsgraf.graph.formats import HTML, Format, accepted
from kunskapsgraf.graph.rdf import NamedNode, Term, Triple, lexical
from kunskapsgraf.graph.terms import brief
from kunskapsgraf.graph.vocabulary import RDF_TYPE, Names
from kunskapsgraf.reasoner import answer, forms, words
from kunskapsgraf.reasoner.absence import explain_absence
from kunskapsgraf.reasoner.proof import Attempt, Proof
from kunskapsgraf.reasoner.speech import Labels, statement
from kunskapsgraf.web import context, language
from kunskapsgraf.web.explaining import explaining
from kunskapsgraf.web.labels import Label, labels_of
from kunskapsgraf.web.links import Links
from kunskapsgraf.web.negotiation import GRAPH_FORMATS, content_type
from kunskapsgraf.web.validity import validity

blueprint = Blueprint("why", __name__)
PARTS = ("subjekt", "egenskap", "varde")
_JSON = Format("json", ("application/json",), ("proof",))
_FORMATS = (HTML, _JSON, *(f for f in GRAPH_FORMATS if f.name in ("ttl", "nt", "jsonld", "rdf")))
_DEEPEST, _MOST_STEPS = 12, 400
"""Levels and steps of one page; what lies beneath has its own page, to which a link leads."""
_MOST_WRITTEN = 5_000
"""Steps of a proof that is given as data. One premise may stand in many places, and each is written out."""
_MOST_FURTHER = 10
_PLAIN = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN_THING = re.compile(r"[a-z0-9-]+/[a-z0-9-]+")


@dataclass
class Step:
    """One line of the tree: a step of a proof, what it rests on, and whether that stands elsewhere."""

    proof: Proof
    premises: list[Step] = field(default_factory=list)
    number: int = 0
    """Its place on the page, where what it rests on is written out."""
    told: int = 0
    """The place where what it rests on is written out, if not here."""
    cut: bool = False
    """What it rests on has a page of its own."""


def address(links: Links, triple: Triple, page: str = "/varfor", **more: str) -> str:
    """Give the address at which a statement is explained."""
    parts = (_written(part, links.names) for part in (triple.subject, triple.predicate, triple.object))
    return links.to(page, **dict(zip(PARTS, parts, strict=True)), **more)


def _written(term: Term, names: Names) -> str:
    """Write a term as its address has it: in a short form where it has one that reads back as the same."""
    return _short(term.value, names) if isinstance(term, NamedNode) else lexical(term)


@lru_cache(maxsize=4096)
def _short(iri: str, names: Names) -> str:
    if iri == RDF_TYPE:
        return "a"
    if iri.startswith(names.terms) and _PLAIN.fullmatch(iri, len(names.terms)):
        return "kg:" + iri.removeprefix(names.terms)
    if iri.startswith(names.things) and _PLAIN_THING.fullmatch(iri, len(names.things)):
        return iri.removeprefix(names.things)
    return f"<{iri}>"


@blueprint.get("/varfor")
def why() -> AnyResponse:
    """Say why a statement holds; 404 where it does not, with the way to why not."""
    triple, written = _asked(), _format()
    further = _further()
    store = context.store()
    with explaining().explainer() as explainer:
        proof = explainer.explain(triple)
        if proof is None:
            raise NotFound(
                "Grafen håller inte satsen. Varför den inte följer visas på /varfor-inte med samma tre delar.",
                "The graph does not hold the statement. Why it does not follow is shown at /varfor-inte by the same three parts.",
            )
        proofs = [proof, *(explainer.others(triple, further) if further else ())]
        has_more = bool(proof.rule) and proof.kind != "closed" and not further
    if written is not HTML:
        return _as_data(proofs, written)
    trees = _trees(proofs)
    shown = [step.proof for tree in trees for step in _steps(tree)]
    labels = labels_of(store, _terms(shown))
    said = words.because(triple, [p.triple for p in proof.premises], language.current(), Labels(store))
    page = render_template(
        "why.html",
        trees=trees,
        proof=proof,
        labels=labels,
        said=said,
        has_more=has_more,
        validity=validity(proof, store),
    )
    return Response(page)


@blueprint.get("/varfor-inte")
def why_not() -> AnyResponse:
    """Say why a statement does not follow; leads to why where it does."""
    triple, written = _asked(), _format((HTML, _JSON))
    store = context.store()
    names = Labels(store)
    with explaining().explainer() as explainer:
        if explainer.kind(triple)[0]:
            return redirect(address(Links(store.names), triple), 303)
        attempts = explain_absence(explainer, triple, names, language.current())
    if written is _JSON:
        return _json(forms.attempts_as_json(attempts))
    labels = labels_of(store, [*_parts(triple), *(t for a in attempts for held in a.holding for t in _parts(held))])
    closed = None if attempts else answer.concluding(triple, store.names, context.settings())
    return Response(render_template("why_not.html", triple=triple, attempts=attempts, labels=labels, closed=closed))


def _asked() -> Triple:
    parts = [request.args.get(name, "") for name in PARTS]
    if not all(parts):
        missing = ", ".join(name for name, part in zip(PARTS, parts, strict=True) if not part)
        raise BadRequest(
            f"Ange satsens tre delar; {missing} saknas. Exempel: /varfor?subjekt=kommun/sala&egenskap=a&varde=kg:Kommun",
            f"Give the statement's three parts; {missing} is missing. Example: /varfor?subjekt=kommun/sala&egenskap=a&varde=kg:Kommun",
        )
    return statement(parts[0], parts[1], parts[2], context.store().names)


def _further() -> int:
    """Read how many further proofs are asked for."""
    wanted = request.args.get("fler", "0")
    if not wanted.isascii() or not wanted.isdigit() or int(wanted[:4]) > _MOST_FURTHER:
        raise BadRequest(
            f"fler={wanted!r}: ange ett antal från 0 till {_MOST_FURTHER}.",
            f"fler={wanted!r}: give a number from 0 to {_MOST_FURTHER}.",
        )
    return int(wanted)


def _format(candidates: tuple[Format, ...] = _FORMATS) -> Format:
    wanted = request.args.get("format")
    if not wanted:
        return accepted(request.headers.get("Accept"), candidates)
    for candidate in candidates:
        if candidate.name == wanted:
            return candidate
    listed = ", ".join(candidate.name for candidate in candidates)
    raise BadRequest(
        f"Formatet {wanted!r} finns inte här. Välj ett av: {listed}.",
        f"There is no format {wanted!r} here. Choose one of: {listed}.",
    )


def _as_data(proofs: list[Proof], written: Format) -> Response:
    for proof in proofs:
        if len(list(islice(proof.steps(), _MOST_WRITTEN + 1))) > _MOST_WRITTEN:
            raise QueryTooLarge(
                f"Beviset har fler än {_MOST_WRITTEN} steg utskrivna. Läs det som sida, eller be om bevis för premisserna.",
                f"The proof has more than {_MOST_WRITTEN} steps written out. Read it as a page, or ask for proofs of its premises.",
            )
    if written is _JSON:
        labels = Labels(context.store())
        return _json([forms.as_json(proof, labels) for proof in proofs])
    body = forms.as_rdf(proofs, context.store().names, written.name)
    return Response(body, content_type=content_type(written, holds_triple_terms=False))


def _json(told: object) -> Response:
    return Response(json.dumps(told, ensure_ascii=False, indent=2) + "\n", content_type=_JSON.media_type)


def _trees(proofs: Iterable[Proof]) -> list[Step]:
    """Lay proofs out: the reasons of each statement once on a page, and no deeper than a page holds."""
    numbers: dict[Triple, int] = {}
    return [_tree(proof, numbers) for proof in proofs]


def _tree(proof: Proof, numbers: dict[Triple, int]) -> Step:
    root = Step(proof, number=len(numbers) + 1)
    numbers.setdefault(proof.triple, root.number)
    level, count = [root], 1
    for depth in range(_DEEPEST + 1):
        following: list[Step] = []
        for step in level:
            if depth == _DEEPEST or count >= _MOST_STEPS:
                step.cut = True
                continue
            step.premises = [Step(premise) for premise in step.proof.premises]
            count += len(step.premises)
            for premise in step.premises:
                triple = premise.proof.triple
                if not premise.proof.premises:
                    continue
                if triple in numbers:
                    premise.told = numbers[triple]
                else:
                    premise.number = numbers[triple] = len(numbers) + 1
                    following.append(premise)
        level = following
    return root


def _steps(tree: Step) -> Iterable[Step]:
    yield tree
    for premise in tree.premises:
        yield from _steps(premise)


def _terms(proofs: Iterable[Proof]) -> Iterable[object]:
    for proof in proofs:
        yield from _parts(proof.triple)
        yield from (NamedNode(iri) for place in proof.places for iri in (place.passage, place.source))
        yield from (NamedNode(axiom.subject) for axiom in proof.axioms if "://" in axiom.subject)


def _parts(triple: Triple) -> tuple[object, ...]:
    return triple.subject, triple.predicate, triple.object


def _verb(predicate: str) -> str:
    return words.verb(predicate, language.current())


def _rule(step: Proof | Attempt) -> str:
    """Say what a step's rule does, in words; a rule of ours by its title."""
    return words.rule(step.rule, language.current())


def plain(triple: Triple, labels: Mapping[str, Label]) -> str:
    """Say a statement without links, for who hears a link read out on its own."""

    def name(term: Term, _language: str) -> str:
        return labels[term.value].text if isinstance(term, NamedNode) else brief(str(term))

    return words.statement(triple, language.current(), name)


@blueprint.app_context_processor
def _in_templates() -> dict[str, object]:
    return {"why": address, "verb": _verb, "rule": _rule, "plain": plain}
