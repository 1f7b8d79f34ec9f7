"""How much the engine finds, counted up to a limit: whether another form of a query pays is asked of the graph itself.

Nothing that a query means rests on these numbers, only which of its forms is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kunskapsgraf.graph.steps import Step, is_variable

_SAMPLE, _SAMPLED = 30, 100
"""Rows of the first pattern, and of each one joined to it, that are looked at to reckon how many there are in all."""
_MOST_PER_ROW = 30
_DEEPEST = 8
"""Steps of a path that is followed to find how far it leads; most hierarchies end before."""


class Sizes:
    """Count what patterns find with the prefixes of a query; ``name`` is a variable that is not in it."""

    def __init__(self, prologue: str, name: str, count: Callable[[str], int]) -> None:
        self._prologue = prologue
        self._name = name
        self._count = count
        self._counted: dict[str, tuple[int, int]] = {}

    def begins(self, step: Step, most: int) -> int | None:
        """Count what a pattern or path finds; ``None`` where that is more than a limit."""
        if step.is_closure:
            return self.reach(step, most)
        found = self.of(step, most + 1)
        return found if found <= most else None

    def of(self, step: Step, most: int) -> int:
        """Count what a pattern finds, up to a limit."""
        return self._rows(str(step), most)

    def per_row(self, steps: Sequence[Step]) -> float:
        """Reckon how many rows the last of some patterns finds for each row of those before it, on a few of these."""
        before, most = _few(steps[:-1])
        rows = self._rows(before, most)
        found = self._rows(f"{before} LATERAL {{ {steps[-1]} }}", most * _MOST_PER_ROW)
        return found / rows if rows else 0

    def share_without(self, steps: Sequence[Step], chain: Sequence[Step]) -> float:
        """Reckon for which share of the rows of some patterns a chain finds nothing, on a few of these."""
        before, most = _few(steps)
        rows = self._rows(before, most)
        looked_up = " ".join([f"{chain[0]} .", *(f"LATERAL {{ {step} }}" for step in chain[1:])])
        return self._rows(f"{before} FILTER NOT EXISTS {{ {looked_up} }}", most) / rows if rows else 0

    def all_prefixes(self, steps: Sequence[Step], most: int) -> int:
        """Count the rows of one pattern, of two, and so on, each up to a limit."""
        begun = self.begins(steps[0], most)
        found = most if begun is None else begun
        for count in range(2, len(steps) + 1):
            if found < most:
                found += self.all_rows(steps[:count], most)
        return found

    def all_rows(self, steps: Sequence[Step], most: int) -> int:
        """Count the rows of patterns, each looked up from those before it, up to a limit."""
        first, *rest = (str(step) for step in steps)
        return self._rows(f"{first} . {' '.join(f'LATERAL {{ {step} }}' for step in rest)}", most)

    def reach(self, step: Step, most: int) -> int | None:
        """Count where a path leads that has one end; ``None`` where it leads to more, or on and on.

        It is followed one step at a time: the engine follows the whole of it even where one row is asked for.
        """
        verb = step.verb[:-1].strip()
        total = 1
        for steps in range(1, _DEEPEST + 1):
            found = self._rows(f"{step.subject} {'/'.join([verb] * steps)} {step.target}", most)
            total += found
            if not found or total > most:
                return total if total <= most else None
        return None

    def _rows(self, pattern: str, most: int) -> int:
        found, limit = self._counted.get(pattern, (0, 0))
        if limit < most and found == limit:
            found = self._count(
                f"{self._prologue} SELECT (COUNT(*) AS {self._name}) {{ SELECT * {{ {pattern} }} LIMIT {most} }}"
            )
            self._counted[pattern] = found, most
        return min(found, most)


def _few(steps: Sequence[Step]) -> tuple[str, int]:
    before, most = f"{{ SELECT * {{ {steps[0]} }} LIMIT {_SAMPLE} }}", _SAMPLE
    for step in steps[1:]:
        before, most = f"{{ SELECT * {{ {before} LATERAL {{ {step} }} }} LIMIT {_SAMPLED} }}", _SAMPLED
    return before, most


def has_constant(step: Step) -> bool:
    """Tell whether an end of a pattern is a term."""
    return not is_variable(step.subject) or not is_variable(step.target)
