"""How much the data of a thing hold: the profiles, and the choice by ``?profil=`` or ``Accept-Profile``.

A profile is named by its IRI or, for short, by its name (W3C Content Negotiation by Profile, working draft of 2023,
section 7). Both additions may be asked for together by ``?profil=``; a header asks for one.
"""

from __future__ import annotations

import re

from flask import Response, request

from kunskapsgraf.errors import BadRequest
from kunskapsgraf.graph.vocabulary import Names

PARAMETER = "profil"
PLAIN, INCOMING, PROOFS = "uppgifter", "med-inkommande", "med-bevis"
PROFILES = (PLAIN, INCOMING, PROOFS)
_WANTED = re.compile(r"\s*(?:<(?P<iri>[^<>]*)>|(?P<token>[\w*-]+))\s*(?P<parameters>(?:;[^,]*)?)(?:,|$)")
_QUALITY = re.compile(r";\s*q\s*=\s*(?P<value>[0-9.]+)\s*(?:;|$)", re.IGNORECASE)

Chosen = tuple[str, ...]


def iri_of(profile: str, names: Names) -> str:
    """Name a profile in full."""
    return f"{names.base}{PARAMETER}/{profile}"


def chosen(names: Names) -> Chosen:
    """Choose by ``?profil=``, else by ``Accept-Profile``; what says only that it has no wish gets the plain one.

    A header that names no profile of ours is passed over, as the draft allows; raises ``BadRequest`` for a parameter that does.
    """
    if PARAMETER in request.args:
        wanted = [part for value in request.args.getlist(PARAMETER) for part in re.split(r"[,\s]+", value) if part]
        return tuple(name for name in PROFILES if name in {_known(part, names) for part in wanted}) or (PLAIN,)
    best, found = 0.0, PLAIN
    for match in _WANTED.finditer(request.headers.get("Accept-Profile", "")):
        profile = _named(match["iri"] or match["token"] or "", names)
        quality = _quality(match["parameters"])
        if profile and quality > best:
            best, found = quality, profile
    return (found,)


def argument(profiles: Chosen) -> dict[str, str]:
    """Give the parameter of an address that asks for these profiles; none for the plain one."""
    return {} if profiles == (PLAIN,) else {PARAMETER: ",".join(profiles)}


def say(response: Response, profiles: Chosen, names: Names) -> None:
    """Say in the headers of an answer which profiles it conforms to, and that a header could have chosen another."""
    response.headers["Content-Profile"] = ", ".join(f"<{iri_of(profile, names)}>" for profile in profiles)
    response.vary.add("Accept-Profile")


def _named(text: str, names: Names) -> str:
    """Give the profile that a name or an IRI means; empty for one that is none of ours."""
    if text == "*":
        return PLAIN
    return next((profile for profile in PROFILES if text in (profile, iri_of(profile, names))), "")


def _known(text: str, names: Names) -> str:
    if found := _named(text, names):
        return found
    listed = ", ".join(PROFILES)
    raise BadRequest(
        f"Profilen {text!r} finns inte här. Välj bland: {listed}; flera skiljs med kommatecken.",
        f"There is no profile {text!r} here. Choose among: {listed}; several are parted by commas.",
    )


def _quality(parameters: str) -> float:
    found = _QUALITY.search(parameters)
    if found is None:
        return 1.0
    try:
        return min(float(found["value"]), 1.0)
    except ValueError:
        return 0.0
