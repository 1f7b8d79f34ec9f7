"""A service somewhere on the network, asked over HTTP by the standard library's ``urllib``.

An answer is taken whole or not at all: one that ends before its length, or comes too slowly, is an error.
"""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlencode, urlsplit

from kunskapsgraf import __version__
from kunskapsgraf.client.exchange import Answer, Asked
from kunskapsgraf.errors import BadRequest, EndpointError

_PIECE = 1_000_000


class Service:
    """The service at an address; each answer has ``seconds`` to come whole. Raises ``BadRequest`` for what is no address."""

    def __init__(self, address: str, language: str, seconds: float) -> None:
        self.name = _checked(address).rstrip("/")
        self._language = language
        self._seconds = seconds
        self._opener = urllib.request.build_opener(_StayThere)

    def send(self, asked: Asked) -> Answer:
        """Ask, and give the whole answer, an error's too; raises ``EndpointError`` where none comes, or not in time."""
        query = urlencode(asked.arguments)
        address = f"{self.name}{asked.path}{'?' + query if query else ''}"
        headers = {
            "Accept": asked.accept,
            "Accept-Language": self._language,
            "User-Agent": f"kunskapsgraf/{__version__}",
        }
        body = None if asked.form is None else urlencode(asked.form).encode()
        request = urllib.request.Request(address, body, headers)  # noqa: S310 - _checked
        deadline = time.monotonic() + self._seconds
        try:
            try:
                with self._opener.open(request, timeout=self._seconds) as answer:
                    return self._read(answer, answer.status, deadline)
            except urllib.error.HTTPError as error:
                with error:  # it holds the connection
                    if 300 <= error.code < 400:
                        raise self._elsewhere(error.headers.get("Location", "-")) from error
                    return self._read(error, error.code, deadline)
        except TimeoutError as error:
            raise self._too_slow() from error
        except (OSError, http.client.HTTPException) as error:
            if isinstance(reason := getattr(error, "reason", None), TimeoutError):
                raise self._too_slow() from error
            raise EndpointError(
                f"{self.name} gav inget helt svar: {reason or error!r}. Kontrollera adressen och att tjänsten är igång.",
                f"{self.name} gave no whole answer: {reason or error!r}. Check the address and that the service is running.",
            ) from error

    def close(self) -> None:
        """Do nothing: each answer closes its connection."""

    def _read(self, answer: Any, status: int, deadline: float) -> Answer:
        """Read an answer to its end; a body that ends before its length raises ``http.client.IncompleteRead``."""
        pieces = []
        while piece := answer.read1(_PIECE):
            pieces.append(piece)
            if time.monotonic() > deadline:
                raise TimeoutError
        headers, body = answer.headers, b"".join(pieces)
        said = headers.get("Content-Length")
        if said is not None and len(body) != int(said):  # read1 does not tell
            raise http.client.IncompleteRead(body, int(said) - len(body))
        if said is None and headers.get("Transfer-Encoding") is None:
            raise EndpointError(
                f"{self.name} sa inte hur långt svaret är, så det går inte att veta om det är helt.",
                f"{self.name} did not say how long the answer is, so whether it is whole cannot be known.",
            )
        again = headers.get("Retry-After", "")
        return Answer(
            status,
            headers.get("Content-Type", ""),
            body,
            headers.get("Kunskapsgraf-Warning", ""),
            int(again) if again.isascii() and again.isdigit() else 1,
        )

    def _too_slow(self) -> EndpointError:
        return EndpointError(
            f"{self.name} svarade inte helt inom {self._seconds:g} s. Fråga efter mindre, eller ge längre tid: Graph(…, seconds=…).",
            f"{self.name} did not answer in full within {self._seconds:g} s. Ask for less, or allow more: Graph(…, seconds=…).",
        )

    def _elsewhere(self, place: str) -> EndpointError:
        return EndpointError(
            f"{self.name} hänvisar till {place}. Ange tjänstens adress där i stället.",
            f"{self.name} redirects to {place}. Give the service's address there instead.",
        )


class _StayThere(urllib.request.HTTPRedirectHandler):
    """Follow no redirect: a query sent by POST would become a GET without its query."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _checked(address: str) -> str:
    try:
        parts = urlsplit(address)
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        is_usable = False
    if not is_usable or not address.isascii() or not address.isprintable() or set(address) & set(" ?#"):
        raise BadRequest(
            f"{address!r} är ingen adress till en tjänst. Skriv den som http://127.0.0.1:8000, utan inloggning och frågetecken.",
            f"{address!r} is no address of a service. Write it as http://127.0.0.1:8000, without a login or a question mark.",
        )
    return address
