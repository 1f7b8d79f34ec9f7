"""What a block of statements is made with: the graph it is said in, random choices, and further things of a source."""

from __future__ import annotations

import random

from bench.national.terms import CONCEPT, EDITORIAL, LABEL, PREF_LABEL, A, Statement, kg, thing
from bench.national.vocabulary import CONCEPTS

_SWEDISH = (
    "samtal stöd boende arbete grupp familj vård hjälp nätverk uppföljning eftervård motivation råd kontakt behov "
    "trygghet sysselsättning mottagning öppenvård utredning planering samverkan ansvar vardag nykterhet frivillig "
    "tidig enskild gemensam lokal återkommande anpassad skriftlig veckovis daglig"
)
WORDS = tuple(_SWEDISH.split())


class Writer:
    """Takes down statements of one graph at a time; remembers nothing of earlier blocks but counters."""

    def __init__(self, kommuner: int, seed: int) -> None:
        self.kommuner = kommuner
        # Data for a benchmark, not secrets; random() alone is the same in every version of Python.
        self.random = random.Random(seed).random  # noqa: S311
        self.graph = EDITORIAL
        self.passages: list[str] = []
        self._block: list[Statement] = []
        self._made = 0
        self._turns: dict[str, int] = {}

    def flush(self) -> list[Statement]:
        """Give the block that was written, and begin another."""
        block, self._block = self._block, []
        return block

    def say(self, subject: str, predicate: str, *values: str) -> None:
        """Say something of a subject in the current graph."""
        for value in values:
            self._block.append((self.graph, f"{subject} {predicate} {value}"))

    def describe(self, subject: str, kind: str, sv: str, en: str, *, concept: bool = False) -> None:
        """Say the class of a thing and what it is called."""
        self.say(subject, A, kg(kind))
        if concept:
            self.say(subject, A, CONCEPT)
        self.say(subject, PREF_LABEL if concept else LABEL, f'"{sv}"@sv', f'"{en}"@en')

    def below(self, count: int) -> int:
        """Choose a number below another."""
        return int(self.random() * count)

    def times(self, rate: float) -> int:
        """Say how many times something that comes at a rate comes now."""
        return int(rate) + (self.random() < rate % 1)

    def some(self, kind: str, how_many: int = 1) -> list[str]:
        """Choose concepts of a kind, all different."""
        slugs = CONCEPTS[kind][1]
        first = self.below(len(slugs))
        return [thing(kind, slugs[(first + n) % len(slugs)]) for n in range(how_many)]

    def words(self, how_many: int) -> str:
        """Choose words."""
        return " ".join(WORDS[self.below(len(WORDS))] for _ in range(how_many))

    def passage(self) -> str:
        """Choose a passage of the current service."""
        return self.passages[self.below(len(self.passages))]

    def new(self, kind: str, class_: str, *, concept: bool = False) -> str:
        """Describe a further thing of the current source, with its passage."""
        row = self.next_row()
        subject = thing(kind, f"{kind}-{row}")
        words = self.words(3)
        self.describe(subject, class_, f"{words} {row}", f"{class_} {row}: {words}", concept=concept)
        self.say(subject, kg("uttalasI"), self.passage())
        return subject

    def next_row(self) -> int:
        """Count the further things."""
        self._made += 1
        return self._made

    def next_turn(self, kind: str) -> int:
        """Count the turns that a kind of thing has had, from 0."""
        turn = self._turns.get(kind, 0)
        self._turns[kind] = turn + 1
        return turn
