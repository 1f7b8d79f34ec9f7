"""What an address means: the thing that the graph knows, what has taken its place, what is gone, or what was meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from flask import Flask, redirect
from werkzeug.wrappers import Response as AnyResponse

from kunskapsgraf.errors import Gone, KunskapsgrafError, NotFound, ParameterError
from kunskapsgraf.graph.former import LIST, Former
from kunskapsgraf.graph.suggesting import suggested
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import context
from kunskapsgraf.web.extent import Standing, standing
from kunskapsgraf.web.signposts import link

_FORMER = "former"


def install(app: Flask, settings: Settings) -> None:
    """Let an application know what was served before."""
    app.extensions[_FORMER] = Former(settings.home / LIST, settings.sources / "data" / LIST)


def known(candidates: Sequence[str]) -> Standing:
    """Find the thing that one of several spellings of an IRI names; raises ``Gone`` or ``NotFound``."""
    for iri in candidates:
        with suppress(ParameterError):  # no IRI can hold that letter
            if (found := standing(context.store(), iri)) is not None:
                return found
    for iri in candidates:
        former: Former = context.extension(_FORMER)
        if (version := former.last_version(iri)) is not None:
            raise _gone(iri, version)
    raise _unknown(candidates[0])


def moved(thing: Standing, address: Callable[[str], str]) -> AnyResponse | None:
    """Lead on for good to what replaces a thing of which nothing else is said; ``None`` for any other thing.

    Raises ``Gone`` where several things replace it, one that is not here, or each other in a circle.
    """
    if not thing.replaced_by:
        return None
    target, seen = thing, {thing.iri}
    while len(target.replaced_by) == 1:
        [iri] = target.replaced_by
        following = standing(context.store(), iri) if iri.startswith(context.store().names.things) else None
        if iri in seen:
            raise _gone(thing.iri, "", thing.replaced_by)
        if following is None or not following.outgoing:
            break
        seen.add(iri)
        target = following
    if target.replaced_by:
        raise _gone(thing.iri, "", target.replaced_by)
    response = redirect(address(target.iri), 301)
    response.headers["Link"] = link(target.iri, rel="successor-version")
    return response


def _gone(iri: str, version: str, replaced_by: tuple[str, ...] = ()) -> Gone:
    path = _path(iri)
    when_sv = f" Den fanns senast i version {version} av grafen." if version else ""
    when_en = f" It was last in version {version} of the graph." if version else ""
    place_sv = " I dess ställe finns:" if replaced_by else " Inget sägs ha trätt i dess ställe."
    place_en = " In its place there is:" if replaced_by else " Nothing is said to have taken its place."
    return Gone(f"{path} är borttagen.{when_sv}{place_sv}", f"{path} has been removed.{when_en}{place_en}", replaced_by)


def _unknown(iri: str) -> NotFound:
    near: tuple[str, ...] = ()
    with suppress(KunskapsgrafError):  # a suggestion is not worth an error
        near = tuple(suggested(context.store().finding(), iri, context.store().names))
    # The first in words; a page and a program are given all.
    hint_sv = f" Menade du {_path(near[0])}?" if near else " Sök bland sakerna, eller börja på startsidan."
    hint_en = f" Did you mean {_path(near[0])}?" if near else " Search among the things, or start from the front page."
    path = _path(iri)[:_LONGEST_NAMED]
    return NotFound(f"Grafen vet inget om {path}.{hint_sv}", f"The graph knows nothing of {path}.{hint_en}", near)


_LONGEST_NAMED = 200


def _path(iri: str) -> str:
    return iri.removeprefix(context.store().names.things)
