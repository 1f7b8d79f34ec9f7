"""What an engine has answered, and what it means where that is no answer: an error that says how to mend it.

Messages call the engine by its address where whoever runs it reads them, and "the engine" where anybody may.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from urllib3 import exceptions

from kunskapsgraf.errors import BrokenAnswer, EndpointError, EngineAway, QueryTimeout

BUSY = frozenset({429, 502, 503, 504})
_LOGIN, _NO_SPARQL = (401, 403), (404, 405, 415)
_SHOWN = 500
"""Characters of what an engine says that a message repeats."""
_BEGINNING = 300
_TOO_SLOW = re.compile(
    r"time[d\s]*[\s-]?out|cancell?ed|TimeLimitExceeded|S1T00|S1TAT|estimated execution time", re.IGNORECASE
)
Name = tuple[str, str]


@dataclass(frozen=True)
class Reply:
    """What an engine has answered; the body of a 2xx has gone to whoever took it, of all else ``said`` is the beginning.

    ``has_end`` tells that HTTP itself has shown the body to be whole, and ``is_past`` that it was longer than was taken.
    """

    status: int
    reason: str
    headers: Mapping[str, str]
    said: str = ""
    has_end: bool = True
    is_past: bool = False

    @property
    def is_good(self) -> bool:
        """Tell whether the engine did what it was asked."""
        return 200 <= self.status < 300

    @property
    def is_too_slow(self) -> bool:
        """Tell whether the engine says that its own limit of time has ended what it was asked.

        Only by how it begins: some repeat the query after that.
        """
        return self.status >= 500 and _TOO_SLOW.search(self.said[:_BEGINNING]) is not None

    @property
    def shown(self) -> str:
        """Give what the engine says of an error, on one line; a page of HTML says nothing that helps."""
        if "html" in self.headers.get("Content-Type", "").lower():
            return ""
        return " ".join(self.said.split())[:_SHOWN]


def refused(name: Name, reply: Reply) -> EndpointError:
    """Say what an engine's refusal means."""
    sv, en = name
    code = reply.status
    said = f" {reply.shown}" if reply.shown else ""
    if not _is_address(name) and code in (*_LOGIN, *_NO_SPARQL):
        said = ""  # a server speaks there of paths and hosts
    if code in _LOGIN:
        return EndpointError(
            f"{sv} kräver inloggning ({code}). Ange KUNSKAPSGRAF_ENDPOINT_USER och KUNSKAPSGRAF_ENDPOINT_PASSWORD, "
            f"eller KUNSKAPSGRAF_ENDPOINT_TOKEN, för någon som får läsa och skriva.{said}",
            f"{en} asks for a login ({code}). Set KUNSKAPSGRAF_ENDPOINT_USER and KUNSKAPSGRAF_ENDPOINT_PASSWORD, "
            f"or KUNSKAPSGRAF_ENDPOINT_TOKEN, of someone who may read and write.{said}",
        )
    if 300 <= code < 400:
        place = reply.headers.get("Location", "-")[:_SHOWN]
        if not _is_address(name):
            return EndpointError(
                f"{sv} hänvisar till en annan adress ({code}). Ange den adressen i stället.",
                f"{en} redirects to another address ({code}). Give that address instead.",
            )
        return EndpointError(
            f"{sv} hänvisar till {place} ({code}). Ange den adressen i stället.",
            f"{en} redirects to {place} ({code}). Give that address instead.",
        )
    if code in _NO_SPARQL:
        return EndpointError(
            f"{sv} tar inte emot SPARQL ({code}). Kontrollera adressen; uppdateringar har ofta en egen (--update, KUNSKAPSGRAF_STORE_UPDATE).{said}",
            f"{en} takes no SPARQL ({code}). Check the address; updates often have one of their own (--update, KUNSKAPSGRAF_STORE_UPDATE).{said}",
        )
    kind = EngineAway if code in BUSY else EndpointError
    return kind(f"{sv} svarade {code} {reply.reason}.{said}", f"{en} answered {code} {reply.reason}.{said}")


def away(name: Name, error: exceptions.HTTPError) -> EngineAway:
    """Say that an engine cannot be reached."""
    sv, en = name
    why = _why(error)
    if isinstance(error, exceptions.SSLError):
        why = why if _is_address(name) else "TLS"  # what is wrong with a certificate names the host
        return EngineAway(
            f"{sv} har inget certifikat som går att lita på: {why}. Kontrollera värdnamnet och certifikatet.",
            f"{en} has no certificate that can be trusted: {why}. Check the host's name and the certificate.",
        )
    return EngineAway(
        f"{sv} går inte att nå: {why}. Kontrollera adressen och att tjänsten är igång.",
        f"{en} cannot be reached: {why}. Check the address and that the service is running.",
    )


def busy(name: Name) -> EngineAway:
    """Say that an engine is busy for longer than there is time."""
    return EngineAway(
        f"{name[0]} är upptagen för längre än vad tiden räcker till. Försök igen om en stund.",
        f"{name[1]} is busy for longer than there is time. Try again in a while.",
    )


def too_slow(name: Name, seconds: float) -> QueryTimeout:
    """Say that the time is over."""
    return QueryTimeout(
        f"Frågan avbröts: {name[0]} svarade inte inom {seconds:g} sekunder. Begränsa mönstret, eller lägg till LIMIT.",
        f"The query was stopped: {name[1]} did not answer within {seconds:g} seconds. Narrow the pattern, or add LIMIT.",
    )


def cut(name: Name) -> BrokenAnswer:
    """Say that an answer ended too early."""
    return BrokenAnswer(
        f"Svaret från {_inside(name[0])} kom inte helt: förbindelsen bröts, eller längden stämmer inte. Inget av det visas. Försök igen.",
        f"The answer of {_inside(name[1])} did not come whole: the connection broke, or its length is wrong. Nothing of it is shown. Try again.",
    )


def encoded(name: Name, encoding: str) -> BrokenAnswer:
    """Say that an answer came in an encoding that nobody asked for."""
    said = encoding[:50]
    return BrokenAnswer(
        f"{name[0]} svarade med kodningen {said}, som ingen bad om. Se efter vad som står mellan tjänsten och motorn.",
        f"{name[1]} answered in the encoding {said}, which nobody asked for. See what stands between service and engine.",
    )


def unreadable(name: Name, why: object) -> BrokenAnswer:
    """Say that an answer is none."""
    said = " ".join(str(why).split())[:_SHOWN]
    return BrokenAnswer(
        f"Svaret från {_inside(name[0])} är inget helt SPARQL-resultat ({said}). Inget av det visas. Kontrollera att adressen är frågetjänstens.",
        f"The answer of {_inside(name[1])} is no whole SPARQL result ({said}). Nothing of it is shown. Check that the address is that of the query service.",
    )


def _is_address(name: Name) -> bool:
    """Tell whether a message names the engine's address, so that whoever reads it may know more of the kind."""
    return "://" in name[0]


def _inside(name: str) -> str:
    """Write a name in the midst of a sentence."""
    return name[0].lower() + name[1:]


def _why(error: BaseException) -> str:
    """Give the system's own word for what went wrong, below the words of the libraries."""
    found: BaseException | None = error
    deepest = error
    while found is not None:
        deepest = found
        arguments = [one for one in (*found.args, getattr(found, "reason", None)) if isinstance(one, BaseException)]
        found = arguments[-1] if arguments else found.__cause__ or found.__context__
    if isinstance(deepest, OSError) and deepest.strerror:
        return deepest.strerror
    return " ".join(str(deepest).split())[:_SHOWN] or type(deepest).__name__
