"""What the page of a method adds to its statements, after the knowledge guides: what is known, where it is offered, its kin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, ngettext

from kunskapsgraf.graph.particulars import Period
from kunskapsgraf.graph.rdf import Literal, Term
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import RDF_TYPE, SKOS
from kunskapsgraf.web import context, language
from kunskapsgraf.web.describe import Group
from kunskapsgraf.web.kinds.kind import Told
from kunskapsgraf.web.knowledge import REVIEWED, Knowledge, Said, knowledge_of
from kunskapsgraf.web.labels import Label
from kunskapsgraf.web.origin import Statement
from kunskapsgraf.web.uses import OTHERWISE, Use, Uses, uses_of

MOST_SHOWN = 60
"""Places or things in one table; the rest is one click away, and the table says how many there are."""
WHAT = ("syfte", "kannetecken", "tema", "grundsyn", "innehallsInslag", "livsomrade", "ursprung", "huvudman", "byggerPa")
WHOM = ("riktarSigSpecifiktTill", "riktarSigTill", "anvandsVid")
KIN = (
    "iMetodfamilj",
    "^iMetodfamilj",
    "innehallerKomponent",
    "^innehallerKomponent",
    "innefattar",
    "^innefattar",
    "harFas",
    "harSteg",
    "^byggerPa",
    "kopplatTill",
    "kanFoljasAv",
    SKOS + "related",
)


@dataclass(frozen=True)
class Method:
    """All that the page of a method shows above its statements."""

    told: Told
    knowledge: Knowledge
    uses: Uses
    what: list[tuple[str, tuple[Statement, ...]]]
    whom: list[tuple[str, tuple[Statement, ...]]]
    kin: list[tuple[str, tuple[Statement, ...]]]
    labels: Mapping[str, Label]

    @property
    def slug(self) -> str:
        """Give what names it in the address of a report."""
        return self.told.links.slug(self.told.description.iri)

    @property
    def names(self) -> tuple[Term, ...]:
        """Give what else it is called, in the visitor's language."""
        own = str(self.labels[self.told.description.iri].text)
        found = (s.triple.object for s in _in_language(self.told.statements(SKOS + "altLabel")))
        return tuple(term for term in found if text_of(term) != own)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Give the classes of ours that it is laid down to be in."""
        terms = self.told.links.names.terms
        found = (text_of(s.triple.object) for s in self.told.statements(RDF_TYPE) if not s.is_derived)
        return tuple(iri for iri in found if iri.startswith(terms))

    @property
    def conditions(self) -> tuple[str, ...]:
        """Give the conditions that it is recommended for."""
        return self.conditions_of(self.knowledge.recommendations)

    @property
    def populations(self) -> tuple[str, ...]:
        """Give the groups in which reviews and studies have looked at it."""
        found = (said for said in self.knowledge.evidence if said.kind in REVIEWED)
        return tuple(sorted({iri for said in found for iri in said.facts.iris("avserPopulation")}))

    @property
    def levels(self) -> list[tuple[str, list[Said]]]:
        """Give each level of recommendation with the statements on it."""
        found: dict[str, list[Said]] = {}
        for said in self.knowledge.recommendations:
            for level in said.facts.iris("rekNiva") or ("",):
                found.setdefault(level, []).append(said)
        return sorted(found.items(), key=lambda pair: (not pair[0], self._name(pair[0])))

    @property
    def holders(self) -> list[Use]:
        """Give what holds it as a part and is no method."""
        methods = f"{self.told.links.names.things}metod/"
        return [use for use in self.uses.otherwise.get("innehallerKomponent", ()) if not use.user.startswith(methods)]

    @property
    def sources(self) -> list[tuple[str, Period | None, int]]:
        """Give the sources that speak of it, with their period and number of statements."""
        return self.knowledge.sources

    @property
    def gaps(self) -> list[str]:
        """Tell in words what a reader looks for and the sources read do not give."""
        return list(_gaps(self))

    def group(self, name: str) -> Group | None:
        """Give the whole list that some statements are the beginning of, with how many more there are."""
        return self.told.group(name)

    def property(self, name: str) -> str:
        """Give the IRI of a property, named as in a ``Section``."""
        name = name.removeprefix("^")
        return name if "://" in name else self.told.links.names.terms + name

    def words(self, statements: Iterable[Said]) -> list[Literal]:
        """Give the words that recommendations use, in their language."""
        return sorted({text for said in statements for text in said.facts.texts("uttryck")}, key=str)

    def conditions_of(self, statements: Iterable[Said]) -> tuple[str, ...]:
        """Give the conditions of recommendations, by name."""
        return tuple(sorted({iri for s in statements for iri in s.facts.iris("tillstand")}, key=self._name))

    def _name(self, iri: str) -> str:
        found = self.labels.get(iri)
        return found.text.lower() if found else ""


def data(told: Told) -> Mapping[str, Any]:
    """Gather what the page of a method tells, from its own statements and from what is said of it elsewhere."""
    store = context.store()
    iri = told.description.iri
    uses = uses_of(store, iri, MOST_SHOWN)
    knowledge = knowledge_of(store, iri)
    labels = told.description.labels | knowledge.labels | uses.labels
    method = Method(told, knowledge, uses, _groups(told, WHAT), _groups(told, WHOM), _groups(told, KIN), labels)
    return {"method": method, "otherwise": OTHERWISE, "most": MOST_SHOWN}


def _in_language(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    own = tuple(s for s in statements if getattr(s.triple.object, "language", None) == language.current())
    return own or statements


def _gaps(method: Method) -> Iterator[str]:
    known, uses = method.knowledge, method.uses
    reviewed = [said for said in known.evidence if said.kind in REVIEWED]
    if known.recommendations and not reviewed:
        yield gettext("Det finns rekommendationer om metoden, men ingen läst källa återger en granskning eller studie av den.")  # fmt: skip
    if uses.offered and not reviewed:
        yield ngettext(
            "%(num)s insats uppges arbeta enligt metoden, utan att någon läst källa återger en granskning eller studie av den.",
            "%(num)s insatser uppges arbeta enligt metoden, utan att någon läst källa återger en granskning eller studie av den.",
            len({use.user for use in uses.offered}),
        )
    if reviewed and not uses.offered:
        yield gettext("Metoden är undersökt, men ingen plats i källorna anges erbjuda den.")
    for name, text in (
        ("sakerhet", gettext("%(n)s av %(alla)s granskningar och studier anger ingen säkerhet.")),
        ("avserUtfall", gettext("%(n)s av %(alla)s granskningar och studier anger inget utfall.")),
        ("avserPopulation", gettext("%(n)s av %(alla)s granskningar och studier anger ingen grupp.")),
    ):
        if without := [said for said in reviewed if not said.facts.iris(name)]:
            yield text % {"n": len(without), "alla": len(reviewed)}


def _groups(told: Told, names: Iterable[str]) -> list[tuple[str, tuple[Statement, ...]]]:
    """Give the statements of each property; of a part's whole or kin only what is a method itself."""
    methods = f"{told.links.names.things}metod/"
    found = []
    for name in names:
        statements = told.statements(name)
        if name == "^innehallerKomponent":  # services that hold it stand where it is offered
            statements = tuple(s for s in statements if text_of(s.triple.subject).startswith(methods))
        if statements:
            found.append((name, statements))
    return found
