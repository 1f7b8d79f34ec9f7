"""Run the checks on an endpoint, one after the other, and clean up; nothing stops a run but an endpoint that is away."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kunskapsgraf.errors import BadRequest, KunskapsgrafError
from kunskapsgraf.graph.elsewhere.dialects import recognised
from kunskapsgraf.verify import language, limits, literals, protocol, results, service, updates
from kunskapsgraf.verify.checks import HELD, NOT_HELD, NOT_TRIED, NOTHING, Check, Ended, Outcome, Said
from kunskapsgraf.verify.client import Endpoint
from kunskapsgraf.verify.known import Known
from kunskapsgraf.verify.probe import Probe

CHECKS: tuple[Check, ...] = (
    *protocol.CHECKS,
    *results.CHECKS,
    *literals.CHECKS,
    *language.CHECKS,
    *updates.CHECKS,
    *service.BUILT,
    *limits.CHECKS,
    *service.ASKED,  # last: an engine may go on with heavy queries for a while, and then takes no update and meets no limit
)
GROUPS = tuple(dict.fromkeys(check.group for check in CHECKS))


@dataclass(frozen=True)
class Verified:
    """What was found at an endpoint: how each check ended, and graphs of the run's own that could not be taken away."""

    endpoint: Endpoint
    outcomes: tuple[Outcome, ...]
    left: tuple[str, ...]

    @property
    def is_fit(self) -> bool:
        """Whether the service can do its work there."""
        return not any(outcome.is_broken for outcome in self.outcomes)


def verify(
    endpoint: Endpoint,
    known: Known | None = None,
    only: Sequence[str] = (),
    tell: Callable[[Outcome], None] = lambda _: None,
) -> Verified:
    """Run the checks, or those of some groups or names; raises ``Unreachable`` where nobody answers at all."""
    if wrong := [name for name in only if name not in GROUPS and name not in {check.name for check in CHECKS}]:
        raise BadRequest(
            f"Det finns ingen kontroll {wrong[0]!r}. Grupperna: {', '.join(GROUPS)}.",
            f"There is no check {wrong[0]!r}. The groups: {', '.join(GROUPS)}.",
        )
    first = endpoint.query("ASK { VALUES ?x { 1 } }", seconds=30)
    if endpoint.engine == "auto":
        endpoint.engine = recognised({name.title(): value for name, value in first.headers.items()}).name
    probe = Probe(endpoint, known)
    outcomes = []
    try:
        for check in CHECKS:
            # Whether anything can be written is asked whatever was chosen: the others rest on it.
            if only and check.name not in only and check.group not in only and check.name != "update-form":
                continue
            outcome = _ended(check, probe)
            if check.name == "update-form":
                probe.writable = outcome.state == HELD
            outcomes.append(outcome)
            tell(outcome)
    finally:
        left = probe.close()
    return Verified(endpoint, tuple(outcomes), tuple(left))


def _ended(check: Check, probe: Probe) -> Outcome:
    began = time.monotonic()
    if check.writes and not probe.writable:
        why = Said("Motorn tog inte emot någon uppdatering.", "The engine took no update.")
        return Outcome(check, NOT_TRIED, why, 0.0)
    try:
        seen, state = check.run(probe) or NOTHING, HELD
    except Ended as ended:
        seen, state = ended.said, ended.state
    except KunskapsgrafError as error:
        seen, state = Said(error.sv, error.en), NOT_HELD
    return Outcome(check, state, seen, time.monotonic() - began)
