"""What is asked of a service and what it answers, wherever it is; and its problems as our exceptions again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from kunskapsgraf import errors
from kunskapsgraf.errors import BadRequest, EndpointError, KunskapsgrafError, NotFound

_PROBLEM = "application/problem+json"
_SHOWN = 300
"""Characters of a foreign answer that a message repeats."""


@dataclass(frozen=True)
class Asked:
    """A request: the path below the service's address, what the address says, and the fields of a form if it is a POST."""

    path: str
    arguments: Mapping[str, str]
    accept: str
    form: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Answer:
    """A whole answer: its status, type and body, the warnings that it came with, and in how many seconds to ask again."""

    status: int
    media: str
    body: bytes
    warnings: str = ""
    retry_after: int = 1


class Exchange(Protocol):
    """A service that can be asked: over HTTP, or in this process."""

    name: str

    def send(self, asked: Asked) -> Answer:
        """Ask, and give the whole answer, an error's too; raises ``EndpointError`` where there is none."""
        ...

    def close(self) -> None:
        """Let go of processes and files."""
        ...


def answered(exchange: Exchange, asked: Asked) -> Answer:
    """Ask, and give an answer that is none of an error's; raises what the service's problem says."""
    answer = exchange.send(asked)
    if answer.status != 200:
        raise problem(answer, exchange.name + asked.path)
    return answer


def as_json(answer: Answer, where: str) -> Any:
    """Read an answer as one JSON document, which a cut one is not; raises ``EndpointError``."""
    try:
        return json.loads(answer.body)
    except ValueError as error:
        raise unreadable(where, answer) from error


def unreadable(where: str, answer: Answer) -> EndpointError:
    """Say that an answer is not what a Kunskapsgraf service gives there."""
    return EndpointError(
        f"{where} svarade med {answer.media or 'något utan typ'}, som inte är svaret från en Kunskapsgraf-tjänst. "
        "Ange tjänstens startadress, som http://127.0.0.1:8000.",
        f"{where} answered with {answer.media or 'something without a type'}, which is not the answer of a Kunskapsgraf service. "
        "Give the address of its front page, such as http://127.0.0.1:8000.",
    )


def problem(answer: Answer, where: str) -> KunskapsgrafError:
    """Make the exception again that a problem (RFC 9457) tells of, with its own words and places."""
    if not answer.media.startswith(_PROBLEM):
        said = "" if "html" in answer.media else f" {' '.join(answer.body.decode(errors='replace').split())[:_SHOWN]}"
        return EndpointError(
            f"{where} svarade {answer.status}, inte som en Kunskapsgraf-tjänst ska. Kontrollera adressen.{said}",
            f"{where} answered {answer.status}, not as a Kunskapsgraf service should. Check the address.{said}",
        )
    told = as_json(answer, where)
    detail = str(told.get("detail") or told.get("title") or answer.status)
    state: dict[str, object] = {
        # The service speaks one language at a time: the one that it was asked in.
        "sv": detail,
        "en": detail,
        "line": told.get("line"),
        "column": told.get("column"),
        "replaced_by": tuple(told.get("replacedBy", ())),
        "retry_after": answer.retry_after,
    }
    near = told.get("nearest", ())
    state["near"] = near if isinstance(near, str) else tuple(near)
    if hint := told.get("hint"):
        state["hint"] = (hint, hint)
    if expected := told.get("expected"):
        state["expected"] = tuple(expected)
    slug = str(told.get("type", "")).rpartition("#")[2]
    found = errors.revived("".join(part.capitalize() for part in slug.split("-")), state)
    if type(found) is not KunskapsgrafError:
        return found
    # A problem that only the web has, such as an address past its limit.
    kind = NotFound if answer.status == 404 else BadRequest if 400 <= answer.status < 500 else EndpointError
    return errors.revived(kind.__name__, state)
