"""What every request must be before a page or query sees it: an address of bounded length that is UTF-8, and a body likewise."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from flask import Flask, Response, request

from kunskapsgraf.errors import BadRequest
from kunskapsgraf.web import context
from kunskapsgraf.web.problems import AddressTooLong, UnsupportedMediaType
from kunskapsgraf.web.proxies import HOST

_BROKEN = re.compile(rb"%(?![0-9A-Fa-f]{2}).{0,2}", re.DOTALL)


def install(app: Flask) -> None:
    """Refuse what cannot be read, before it is guessed at."""

    @app.before_request
    def admit() -> Response | None:
        if not HOST.fullmatch(request.environ.get("HTTP_HOST", "localhost")):
            # Repeated too, since a list is no host: a cache and this service might choose another of them (RFC 9112, section 3.2).
            raise BadRequest("Host ska ange exakt en värd.", "Host must name exactly one host.")
        address = _query_string()
        most = context.settings().url_bytes
        if len(request.environ.get("PATH_INFO", "")) + len(address) > most:
            raise AddressTooLong(
                f"Adressen är längre än {most} byte. Skicka frågan med POST eller QUERY i stället.",
                f"The address is longer than {most} bytes. Send the query by POST or QUERY instead.",
            )
        check_encoded(address, "adressen", "the address")
        if request.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
            raise UnsupportedMediaType(
                "Content-Encoding stöds inte för det som skickas hit; skicka det okomprimerat.",
                "Content-Encoding is not supported for what is sent here; send it uncompressed.",
            )
        return None


def _query_string() -> bytes:
    # WSGI hands the bytes over as latin-1 (PEP 3333).
    return str(request.environ.get("QUERY_STRING", "")).encode("latin-1", "replace")


def check_encoded(raw: bytes, where_sv: str, where_en: str) -> None:
    """Raise ``BadRequest`` for percent-encoding that is broken, not UTF-8, or holds a null byte.

    A framework replaces such bytes by question marks and goes on; the answer would be to another question.
    """
    if broken := _BROKEN.search(raw):
        shown = broken[0].decode("ascii", "replace")
        raise BadRequest(
            f"Procentkodningen i {where_sv} är bruten vid {shown!r}; ett procenttecken skrivs %25.",
            f"The percent-encoding in {where_en} is broken at {shown!r}; a percent sign is written %25.",
        )
    plain = unquote_to_bytes(raw)
    try:
        plain.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"Texten i {where_sv} är inte UTF-8.", f"The text in {where_en} is not UTF-8.") from error
    if b"\x00" in plain:
        raise BadRequest(f"Det finns en nollbyte i {where_sv}.", f"There is a null byte in {where_en}.")
