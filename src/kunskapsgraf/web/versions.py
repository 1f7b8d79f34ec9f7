"""``/versioner``: the versions that were served, and what changed from each to the next; a page, JSON and an Atom feed.

All is read from small files that builds have written (``graph/history.py``): nothing is compared when a page is asked for.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise, zip_longest
from urllib.parse import quote
from xml.etree import ElementTree

from flask import Blueprint, Flask, Response, render_template
from flask_babel import gettext

from kunskapsgraf.errors import NotFound
from kunskapsgraf.graph import history
from kunskapsgraf.graph.formats import HTML
from kunskapsgraf.graph.history import Changes, Turn, Version
from kunskapsgraf.graph.rdf import NamedNode, Quad, read_statements
from kunskapsgraf.reasoner import words
from kunskapsgraf.web import context, language, selfdescription, views
from kunskapsgraf.web.labels import labels_of
from kunskapsgraf.web.links import Links

blueprint = Blueprint("versions", __name__)
MOST_SHOWN = 20
"""Versions on the page and in the feed, the newest; the log may hold many more."""
KINDS = ("asserted", "editorial", "ontology", "inferred", "closed")
CONCLUDED = ("inferred", "closed")
_ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True)
class Step:
    """One version and the next, and what changed; without changes ``is_damaged`` tells whether a file cannot be read."""

    former: Version
    version: Version
    changes: Changes | None
    is_damaged: bool = False

    @property
    def stated(self) -> Turn:
        """How many statements came and went that are laid down: by sources, editors and the ontology."""
        return self._sum(kind for kind in KINDS if kind not in CONCLUDED)

    @property
    def concluded(self) -> Turn:
        """How many conclusions came and went."""
        return self._sum(CONCLUDED)

    @property
    def gaps(self) -> Turn:
        """How many gaps opened (came) and closed (went)."""
        turns = self.changes.gaps.values() if self.changes else ()
        return Turn(sum(turn.added for turn in turns), sum(turn.removed for turn in turns))

    def _sum(self, kinds: Iterable[str]) -> Turn:
        found = self.changes.kinds if self.changes else {}
        turns = [found[kind] for kind in kinds if kind in found]
        return Turn(sum(turn.added for turn in turns), sum(turn.removed for turn in turns))


def install(app: Flask) -> None:
    """Give the templates the steps from a version to another."""
    app.jinja_env.globals["version_steps"] = between


@blueprint.after_request
def unkept(response: Response) -> Response:
    """Let nobody keep an answer without asking: a build may tell more of the versions, and the same one serve."""
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/versioner")
def shown() -> Response:
    """Show the versions that were served, the newest first, and what each changed."""
    written = views.format_asked(HTML, views.JSON)
    logged = _logged()
    newest, steps = logged[-MOST_SHOWN:], _newest(logged)
    kept = set(history.kept(context.settings().home))
    if written is views.JSON:
        told = [
            {"version": one.name, "since": one.time, "statements": one.statements, "kept": one.name in kept}
            for one in reversed(newest)
        ]
        return views.as_json({"versions": told, "total": len(logged), "steps": [_told(step) for step in steps]})
    rows = list(zip_longest(reversed(newest), steps))
    return Response(render_template("versions.html", rows=rows, total=len(logged), kept=kept))


@blueprint.get("/versioner/<former>/<version>")
def changed(former: str, version: str) -> Response:
    """Show what changed from one version to another; where others served between them, step by step."""
    written = views.format_asked(HTML, views.JSON)
    steps = between(former, version)
    if not steps:
        raise NotFound(
            "Så följde inga versioner på varandra. Alla som serverats står på /versioner.",
            "No versions followed each other like that. All that were served stand at /versioner.",
        )
    lists = _lists(steps[0].changes) if len(steps) == 1 and steps[0].changes else {}
    if lists is None:
        steps, lists = [Step(steps[0].former, steps[0].version, None, is_damaged=True)], {}
    if written is views.JSON:
        return views.as_json({"steps": [_told(step, whole=True) for step in steps]})
    found = steps[0].changes
    terms = [end for sides in lists.values() for side in sides for quad in side for end in _ends(quad)]
    turns = [*found.gaps.items(), *found.categories.items()] if found and len(steps) == 1 else []
    iris = [iri for name, turn in turns for iri in (name, *turn.first_added, *turn.first_removed)]
    return Response(
        render_template(
            "version_changes.html",
            steps=steps,
            step=steps[0],
            kinds=KINDS,
            lists=lists,
            labels=labels_of(context.store(), [*terms, *map(NamedNode, iris)]),
            verb=functools.partial(words.verb, language=language.current()),
        )
    )


@blueprint.get("/versioner.atom")
def feed() -> Response:
    """Give the versions as an Atom feed (RFC 4287), for who wants to be told of a new one."""
    names = context.store().names
    logged = _logged()
    root = _element(None, "feed", **{"xml:lang": language.current()})
    _element(root, "id", names.base + "versioner")
    _element(root, "title", gettext("Kunskapsgraf: versioner"))
    _element(root, "updated", logged[-1].time)
    _element(_element(root, "author"), "name", "Kunskapsgraf")
    full, links = selfdescription.on_this_host, Links(names)
    _element(root, "link", rel="self", href=full(links.to("/versioner.atom")))
    _element(root, "link", rel="alternate", type="text/html", href=full(links.to("/versioner")))
    for step in _newest(logged):
        path = address(step)
        entry = _element(root, "entry")
        # A version may serve more than once: the time tells one entry from another.
        _element(entry, "id", f"{names.base}{path[1:]}#{step.version.time}")
        _element(entry, "title", gettext("Version %(version)s", version=step.version.name))
        _element(entry, "updated", step.version.time)
        _element(entry, "link", rel="alternate", type="text/html", href=full(links.to(path)))
        _element(entry, "summary", summary(step))
    ElementTree.register_namespace("", _ATOM)
    body = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(body, content_type="application/atom+xml; charset=utf-8")


def between(former: str, version: str) -> list[Step]:
    """Give the steps from the last time that a version served to the next time that another did; none where it never followed."""
    logged = _logged()
    names = [one.name for one in logged]
    ends = [n for n, name in enumerate(names) if name == version]
    for end in reversed(ends):
        if former in names[:end]:
            begin = max(n for n, name in enumerate(names[:end]) if name == former)
            return [_step(*pair) for pair in pairwise(logged[begin : end + 1])]
    return []


def address(step: Step) -> str:
    """Give the path of the page with what a step changed."""
    return f"/versioner/{quote(step.former.name)}/{quote(step.version.name)}"


def summary(step: Step) -> str:
    """Tell a step in one line."""
    if step.changes is None:
        return unknown(step)
    told: str = gettext(
        "Uppgifter: %(added)s tillkom, %(removed)s togs bort. Slutsatser: %(concluded)s tillkom, %(withdrawn)s föll bort. "
        "Luckor: %(opened)s öppnades, %(closed)s stängdes.",
        added=step.stated.added,
        removed=step.stated.removed,
        concluded=step.concluded.added,
        withdrawn=step.concluded.removed,
        opened=step.gaps.added,
        closed=step.gaps.removed,
    )
    return told


def unknown(step: Step) -> str:
    """Say why what a step changed is not known."""
    if step.is_damaged:
        return str(
            gettext("Filen med ändringarna är skadad. Nästa bygge räknar om dem om båda versionerna då finns kvar.")
        )
    return str(gettext("Ändringarna är inte uträknade: den förra versionen fanns inte kvar när den nya byggdes."))


blueprint.add_app_template_global(address, "step_address")
blueprint.add_app_template_global(unknown, "step_unknown")


def _logged() -> list[Version]:
    """Give what was served, with what is served now also where the log does not tell it: a home may be older than its log."""
    home, store = context.settings().home, context.store()
    logged, served = history.versions(home), store.version()
    if not logged or logged[-1].name != served:
        logged.append(Version(served, history.made(home, served), history.statements(home, served, store.names)))
    return logged


def _newest(logged: list[Version]) -> list[Step]:
    """Give the newest steps, the last first: one for each of the newest versions that followed another."""
    return [_step(*pair) for pair in pairwise(logged[-MOST_SHOWN - 1 :])][::-1]


def _step(former: Version, version: Version) -> Step:
    try:
        return Step(former, version, history.changes(context.settings().home, former.name, version.name))
    except ValueError:
        return Step(former, version, None, is_damaged=True)


def _lists(found: Changes) -> dict[str, tuple[list[Quad], list[Quad]]] | None:
    """Read the statements that are listed of each kind, added and removed; ``None`` where they are none."""
    try:
        return {kind: (_read(turn.first_added), _read(turn.first_removed)) for kind, turn in found.kinds.items()}
    except (SyntaxError, ValueError):
        return None


def _read(lines: Iterable[str]) -> list[Quad]:
    return list(read_statements("\n".join(lines).encode()))


def _ends(quad: Quad) -> tuple[object, ...]:
    return quad.subject, quad.predicate, quad.object


def _told(step: Step, *, whole: bool = False) -> dict[str, object]:
    """Tell a step for JSON: the counts, and with ``whole`` the lists."""
    told: dict[str, object] = {"former": step.former.name, "version": step.version.name, "since": step.version.time}
    if step.changes is None:
        return told | {"changes": None, "reason": "damaged" if step.is_damaged else "not-compared"}
    said = asdict(step.changes)
    parts: Mapping[str, dict[str, dict[str, object]]] = {part: said[part] for part in ("kinds", "gaps", "categories")}
    if not whole:
        parts = {
            part: {name: {"added": turn["added"], "removed": turn["removed"]} for name, turn in turns.items()}
            for part, turns in parts.items()
        }
    nameless = {way: said["nameless"][way] for way in ("added", "removed")}
    return told | {"changes": {**parts, "nameless": nameless, "uncompared": said["uncompared"]}}


def _element(above: ElementTree.Element | None, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    element = ElementTree.Element(f"{{{_ATOM}}}{name}", attributes)
    element.text = text or None
    if above is not None:
        above.append(element)
    return element
