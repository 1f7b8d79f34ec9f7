"""The steps of a pattern: triple patterns and paths, each by its three texts, and how many of them the engine reckons with."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

TYPES = ("a", "rdf:type", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>")
"""How rdf:type is written; a prefix may mean another thing, but nothing rests on it but what is tried first."""
_MANY = 10**9
FOUND = {
    # What the engine reckons a pattern to find, by whether subject, predicate and object are known.
    (True, True, True): 1,
    (True, True, False): 10,
    (True, False, True): 2,
    (False, True, True): 1000,
    (True, False, False): 100,
    (False, True, False): 10**6,
    (False, False, True): 10**4,
    (False, False, False): _MANY,
}
"""How many solutions the engine reckons with, whatever the graph holds."""


def is_variable(text: str) -> bool:
    """Tell whether the text of a term or verb is a variable."""
    return text[0] in "?$"


@dataclass(frozen=True)
class Step:
    """A triple pattern or path by its three texts; a path that may be empty is held to a condition of its own.

    ``is_closure`` tells a path that is one step any number of times: ``p*`` or ``p+``.
    """

    subject: str
    verb: str
    target: str
    is_path: bool = False
    may_be_empty: bool = False
    is_closure: bool = False

    def __str__(self) -> str:
        return f"{self.subject} {self.verb} {self.target}"

    def ends(self) -> set[str]:
        """Give the variables at its ends."""
        return {text[1:] for text in (self.subject, self.target) if is_variable(text)}

    def variables(self) -> set[str]:
        """Give its variables."""
        return self.ends() | ({self.verb[1:]} if is_variable(self.verb) else set())

    def found(self, known: AbstractSet[str]) -> int:
        """Reckon how many solutions it has where some variables are known."""
        subject, verb, target = (
            not is_variable(text) or text[1:] in known for text in (self.subject, self.verb, self.target)
        )
        # A class has many things: what leads to a known one is the better beginning.
        is_class = self.verb in TYPES and not subject
        return FOUND[subject, verb, target] * (10 if self.is_path or is_class else 1)
