"""How it went, told to people as text and to programs as JSON."""

from __future__ import annotations

import json
from collections import Counter

from kunskapsgraf import __version__
from kunskapsgraf.verify.checks import HELD, NOT_HELD, NOT_SUPPORTED, NOT_TRIED, Outcome, Said
from kunskapsgraf.verify.run import Verified

STATES = {
    HELD: Said("hålls", "held"),
    NOT_HELD: Said("hålls inte", "not held"),
    NOT_SUPPORTED: Said("stöds inte", "not supported"),
    NOT_TRIED: Said("prövades inte", "not tried"),
}
GROUPS = {
    "protocol": Said("Protokoll och vad en fråga ser", "Protocol, and what a query sees"),
    "results": Said("Svar och fel", "Answers and errors"),
    "literals": Said("Text, tal och namn", "Texts, numbers and names"),
    "language": Said("Frågespråket", "The query language"),
    "updates": Said("Ändringar", "Changes"),
    "limits": Said("Tid", "Time"),
    "service": Said("Tjänstens egna regler och frågor", "The service's own rules and queries"),
}
_MEANS = Said("innebär", "means")
_MEND = Said("åtgärd", "to mend")
_SEEN = Said("sågs", "seen")
_WIDTH = 16


def line(outcome: Outcome, language: str) -> str:
    """Tell one check; where it is not held, what was seen, what it means and how to mend it, each on a line of its own."""
    check = outcome.check
    told = [f"{STATES[outcome.state].of(language):{_WIDTH}}{check.title.of(language)}"]
    seen = outcome.seen.of(language).strip()
    indent = " " * _WIDTH
    if seen:
        told += [f"{indent}{_SEEN.of(language)}: " + seen.replace("\n", f"\n{indent}  ")]
    if outcome.state in (NOT_HELD, NOT_SUPPORTED):
        told += [f"{indent}{_MEANS.of(language)}: {check.meaning.of(language)}"]
        told += [f"{indent}{_MEND.of(language)}: {check.mend.of(language)}"]
    return "\n".join(told)


def summary(found: Verified, language: str) -> str:
    """Tell how many checks ended in which way, and whether the service can do its work there."""
    counts = Counter(outcome.state for outcome in found.outcomes)
    told = [", ".join(f"{counts[state]} {said.of(language)}" for state, said in STATES.items() if counts[state])]
    broken = ", ".join(outcome.check.name for outcome in found.outcomes if outcome.is_broken)
    if broken:
        said = Said(
            f"Tjänsten kan inte göra sitt arbete här: {broken}.", f"The service cannot do its work here: {broken}."
        )
    elif counts[NOT_TRIED]:
        said = Said("Inget som prövades hindrar tjänsten.", "Nothing that was tried hinders the service.")
    else:
        said = Said("Tjänsten kan göra sitt arbete här.", "The service can do its work here.")
    told.append(said.of(language))
    if found.left:
        names = " ".join(found.left)
        said = Said(
            f"De här graferna gick inte att ta bort: {names}. Kör igen med --clean.",
            f"These graphs could not be taken away: {names}. Run again with --clean.",
        )
        told.append(said.of(language))
    return "\n".join(told)


def text(found: Verified, language: str) -> str:
    """Tell everything."""
    told = []
    for group, heading in GROUPS.items():
        some = [outcome for outcome in found.outcomes if outcome.check.group == group]
        if some:
            told.append("\n".join([heading.of(language), *(line(outcome, language) for outcome in some)]))
    return "\n\n".join([*told, summary(found, language)]) + "\n"


def as_json(found: Verified) -> str:
    """Tell everything to a program, in both languages."""
    checks = [
        {
            "name": outcome.check.name,
            "group": outcome.check.group,
            "state": outcome.state,
            "needed": outcome.check.needed,
            "seconds": round(outcome.seconds, 3),
            "title": outcome.check.title._asdict(),
            "seen": outcome.seen._asdict(),
            "means": outcome.check.meaning._asdict(),
            "mend": outcome.check.mend._asdict(),
        }
        for outcome in found.outcomes
    ]
    said = {
        "software": f"kunskapsgraf {__version__}",
        "endpoint": found.endpoint.query_url,
        "engine": found.endpoint.engine,
        "fit": found.is_fit,
        "left": list(found.left),
        "checks": checks,
    }
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"
