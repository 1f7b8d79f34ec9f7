"""How statements of a list are made: addresses that nothing else has, labels, periods, and the row of each statement."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from kunskapsgraf.graph.rdf import Literal, NamedNode, Term, Triple
from kunskapsgraf.graph.vocabulary import RDF_TYPE, RDFS_LABEL, XSD
from kunskapsgraf.importing.concepts import Concepts
from kunskapsgraf.importing.contradictions import Entry
from kunskapsgraf.importing.declaration import Declaration


@dataclass
class Said:
    """What a list says: its statements, its services by label, and the services of other sources that are called alike."""

    triples: dict[Triple, None] = field(default_factory=dict)
    services: list[tuple[str, str]] = field(default_factory=list)
    alike: list[tuple[str, str]] = field(default_factory=list)


class Saying:
    """The statements of one list; things of ours are named as ``kind/slug``."""

    def __init__(self, source: Declaration, concepts: Concepts) -> None:
        self.source, self.concepts, self.names = source, concepts, concepts.names
        self.said = Said()
        self.list = f"kalla/{source.slug}"
        self.made: set[str] = set()
        self._attestations: Counter[str] = Counter()

    def passage(self, entry: Entry) -> str:
        """Say where the row stands: the file, the sheet and the number of the row."""
        source = self.source
        thing = f"passage/{source.slug}-rad-{entry.row}"
        self.add(thing, RDF_TYPE, NamedNode(self.names.terms + "Passage"))
        self.say(thing, "iKalla", self.node(self.list))
        path = " > ".join(part for part in (source.file, source.sheet) if part)
        self.say(thing, "rubrikvag", Literal(path, language="sv"))
        self.say(thing, "radFran", typed(str(entry.row), "integer"))
        self.say(thing, "radTill", typed(str(entry.end), "integer"))
        if entry.remark:
            self.say(thing, "ordagrant", Literal(entry.remark, language="sv"))
        return thing

    def attested(self, subject: str, name: str, value: Term, passage: str) -> None:
        """Say something of a place, of which other sources speak too, and in a Belagg on which row it stands.

        The row never becomes a passage of the place itself, or it would seem to say what the other sources say.
        """
        self.say(subject, name, value)
        self._attestations[passage] += 1
        thing = self.fresh(f"belagg/{passage.partition('/')[2]}-{self._attestations[passage]}")
        self.a_thing(thing, "Belagg", passage)
        self.say(thing, "belaggSubjekt", self.node(subject))
        self.say(thing, "belaggEgenskap", NamedNode(self.names.terms + name))
        self.say(thing, "belaggVarde", value)

    def fresh(self, wanted: str) -> str:
        """Give an address that no other thing has; things of one name in two places differ by their place already."""
        address, number = wanted, 2
        while address in self.made or self.concepts.has(address):
            address, number = f"{wanted}-{number}", number + 1
        self.made.add(address)
        return address

    def a_thing(self, thing: str, kind: str, passage: str) -> None:
        """Say what kind of thing it is, and on which row it stands."""
        self.add(thing, RDF_TYPE, NamedNode(self.names.terms + kind))
        self.say(thing, "uttalasI", self.node(passage))

    def name(self, thing: str, swedish: str, english: str = "") -> None:
        """Label a thing in both languages; names carry over."""
        self.add(thing, RDFS_LABEL, Literal(swedish, language="sv"), Literal(english or swedish, language="en"))

    def period(self, thing: str, first: str, last: str, printed: str) -> None:
        """Say from which day to which day a thing holds, and how the list writes it."""
        self.say(thing, "giltigFran", typed(first, "date"))
        self.say(thing, "giltigTill", typed(last, "date"))
        self.say(thing, "giltighetTryckt", Literal(printed, language="sv"))

    def say(self, thing: str, name: str, *values: Term) -> None:
        """Say something by a property of ours."""
        self.add(thing, self.names.terms + name, *values)

    def add(self, thing: str, predicate: str, *values: Term) -> None:
        """Say something by any property."""
        for value in values:
            self.said.triples[Triple(self.node(thing), NamedNode(predicate), value)] = None

    def node(self, thing: str) -> NamedNode:
        """Give the address of a thing of ours, written ``kind/slug``; another address stays as it is."""
        return NamedNode(thing if ":" in thing else self.names.things + thing)


def typed(text: str, datatype: str) -> Literal:
    """Make a value of a datatype of XML Schema."""
    return Literal(text, datatype=NamedNode(XSD + datatype))
