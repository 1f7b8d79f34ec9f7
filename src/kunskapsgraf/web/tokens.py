"""Who writes: the bearer token of a request (RFC 6750), against the hashes of the setting. It is kept and told nowhere."""

from __future__ import annotations

import re

from flask import request

from kunskapsgraf import writers
from kunskapsgraf.errors import KunskapsgrafError, NotWritable, Unauthorized
from kunskapsgraf.web import context
from kunskapsgraf.web.problems import BadCredentials

_TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]+=*")
"""``b64token`` (section 2.1)."""
IN_ADDRESS = "access_token"
"""The parameter of sections 2.2 and 2.3, which nothing here takes: addresses end up in logs."""


def author() -> str:
    """Name whose token the request carries.

    Raises ``NotWritable`` where writing is switched off, ``Unauthorized`` without a token that is known, and
    ``BadCredentials`` for one that is written or placed wrong.
    """
    known = writers.read(context.settings().writers)
    if not known:
        raise NotWritable(
            "Den här tjänsten tar inte emot ändringar. Den som driver den slår på det med KUNSKAPSGRAF_WRITERS.",
            "This service takes no changes. Whoever runs it switches that on with KUNSKAPSGRAF_WRITERS.",
        )
    if IN_ADDRESS in request.args:
        raise misplaced()
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthorized(
            "Ändringar kräver en token. Skicka den i huvudet Authorization: Bearer …",
            "Changes need a token. Send it in the header Authorization: Bearer …",
        )
    if not _TOKEN.fullmatch(credentials.strip(" ")):
        raise BadCredentials(
            "Huvudet Authorization är inte Bearer följt av en enda token.",
            "The header Authorization is not Bearer followed by a single token.",
        )
    name = writers.author(credentials.strip(" "), known)
    if name is None:
        raise Unauthorized(
            "Token är okänd eller återkallad. Be den som driver tjänsten om en ny.",
            "The token is unknown or withdrawn. Ask whoever runs the service for a new one.",
            code="invalid_token",
        )
    return name


def is_known() -> bool:
    """Tell whether the request carries the token of someone who may write."""
    try:
        author()
    except KunskapsgrafError:
        return False
    return True


def misplaced() -> BadCredentials:
    """Make the error for a token in an address or a form (sections 2.2 and 2.3)."""
    return BadCredentials(
        "En token tas bara emot i huvudet Authorization. Den som stått i en adress kan ha hamnat i loggar: byt ut den.",
        "A token is taken in the header Authorization only. One that stood in an address may be in logs: replace it.",
    )
