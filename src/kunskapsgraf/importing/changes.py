"""Tell what an import does, before it does it: rows by answer, services and their like in other sources, statements added and taken away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from kunskapsgraf.graph.rdf import Triple
from kunskapsgraf.importing.columns import ANSWERS
from kunskapsgraf.importing.declaration import Declaration
from kunskapsgraf.importing.entries import Rows
from kunskapsgraf.importing.saying import Said

MOST_LISTED = 20
_TEXTS: Mapping[str, Mapping[str, str]] = {
    "sv": {
        "list": "{title} ({organisation}, {date}), ur {file}",
        "source": "Källa: {slug}",
        "rows": "Rader: {count} ({answers})",
        "unanswered": "Utan svar: {count}; om dem sägs inget",
        "examples": "Exempelrader: {count}; de importeras aldrig",
        "services": "Insatser i listan: {count}",
        "alike": "Insatser med samma namn i andra källor: {count}; varje källa beskriver sin",
        "more": "  ... och {count} till",
        "statements": "Satser: {added} tillkommer, {removed} försvinner, {kept} står kvar",
        "same": "Inget ändras: källan säger detta redan.",
    },
    "en": {
        "list": "{title} ({organisation}, {date}), from {file}",
        "source": "Source: {slug}",
        "rows": "Rows: {count} ({answers})",
        "unanswered": "Without an answer: {count}; nothing is said of them",
        "examples": "Rows of example: {count}; they are never imported",
        "services": "Services of the list: {count}",
        "alike": "Services of the same name in other sources: {count}; each source describes its own",
        "more": "  ... and {count} more",
        "statements": "Statements: {added} added, {removed} taken away, {kept} as they were",
        "same": "Nothing changes: the source says this already.",
    },
}


@dataclass(frozen=True)
class Change:
    """What a list says, beside what its source said before."""

    source: Declaration
    rows: Rows
    said: Said
    before: Collection[Triple]

    @property
    def added(self) -> int:
        """Count the statements that the source did not make before."""
        return len(self.said.triples.keys() - set(self.before))

    @property
    def removed(self) -> int:
        """Count the statements that the source no longer makes."""
        return len(set(self.before) - self.said.triples.keys())

    def told(self, language: str) -> str:
        """Tell it as text."""
        texts, source, rows = _TEXTS[language], self.source, self.rows
        counts = Counter(entry.answer for entry in rows.entries)
        answers = ", ".join(f"{counts[answer]} {answer}" for answer in ANSWERS)
        lines = [
            texts["list"].format(
                title=source.title, organisation=source.organisation, date=source.date, file=source.file
            ),
            texts["source"].format(slug=source.slug),
            texts["rows"].format(count=len(rows.entries), answers=answers),
        ]
        for name, count in (("unanswered", rows.unanswered), ("examples", rows.examples)):
            lines += [texts[name].format(count=count)] if count else []
        lines += self._listed("services", self.said.services, texts) + self._listed("alike", self.said.alike, texts)
        kept = len(self.said.triples) - self.added
        lines.append(texts["statements"].format(added=self.added, removed=self.removed, kept=kept))
        if not self.added and not self.removed:
            lines.append(texts["same"])
        return "\n".join(lines) + "\n"

    def _listed(self, name: str, services: Sequence[tuple[str, str]], texts: Mapping[str, str]) -> list[str]:
        if not services:
            return [texts[name].format(count=0)]
        rest = len(services) - MOST_LISTED
        return [
            texts[name].format(count=len(services)),
            *(f"  {label} ({address})" for label, address in services[:MOST_LISTED]),
            *([texts["more"].format(count=rest)] if rest > 0 else []),
        ]
