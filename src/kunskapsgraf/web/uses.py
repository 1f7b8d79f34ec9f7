"""What is tied to a method, and to which degree: what places offer, what else uses it, and what is no use of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from kunskapsgraf.graph.particulars import Passage, Period
from kunskapsgraf.graph.store import Store, select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.web import context
from kunskapsgraf.web.facts import Facts, facts_of, named, period_of
from kunskapsgraf.web.labels import Label, names_of

USED = ("anvanderMetod", "foljsUppMed")
OTHERWISE = (
    "innehallerKomponent",
    "personalUtbildadI",
    "provarMetod",
    "overvagerMetod",
    "planerarMetod",
    "onskarMetod",
)
"""What is no use of a method, each told by itself: a part of something, staff trained, tried, considered, planned, wished for."""


@dataclass(frozen=True)
class Offer:
    """A place that offers a service, and when."""

    place: str
    period: Period


@dataclass(frozen=True)
class Use:
    """Something that is tied to the method: to which degree, by which method of its family, where and since when."""

    user: str
    degree: str
    through: str
    offers: tuple[Offer, ...]
    wholes: tuple[str, ...]
    since: str
    groups: tuple[str, ...]
    passages: tuple[Passage, ...] = ()


@dataclass
class Uses:
    """All that is tied to a method: what places offer, what else uses it, and the other degrees by themselves."""

    offered: list[Use] = field(default_factory=list)
    not_offered: list[Use] = field(default_factory=list)
    otherwise: dict[str, list[Use]] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    tools: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The instruments that what uses the method is followed up with, each with those that are."""

    @property
    def places(self) -> tuple[str, ...]:
        """Give the places that offer something which uses the method."""
        return tuple(sorted({offer.place for use in self.offered for offer in use.offers}))

    @property
    def groups(self) -> list[tuple[str, int]]:
        """Give the groups that the offered services are for, with how many services are."""
        counts: dict[str, set[str]] = {}
        for use in self.offered:
            for group in use.groups:
                counts.setdefault(group, set()).add(use.user)
        return sorted(((group, len(users)) for group, users in counts.items()), key=lambda found: (-found[1], found[0]))


def uses_of(store: Store, method: str, most: int) -> Uses:
    """Ask what is tied to a method, and where that is offered; of its uses the first ``most`` have their passages."""
    terms = store.names.terms
    ties = [
        (text_of(row["user"]), text_of(row["degree"]).removeprefix(terms), text_of(row["through"]))
        for row in select(store, context.query("method-users", method=method))
    ]
    users = {user for user, _, _ in ties}
    if not users:
        return Uses()
    facts = facts_of(
        store,
        users,
        ("startar", "riktarSigTill", "riktarSigSpecifiktTill", "delAvInsats", "delAvVerksamhet", "finnsI", "foljsUppMed"),
    )  # fmt: skip
    wholes = {whole for found in facts.values() for whole in found.iris("delAvInsats")}
    offers = offers_of(store, users | wholes)
    found = Uses()
    for tie in ties:
        _add(found, tie, facts[tie[0]], offers)
    for user, degree, _ in ties:
        if degree in USED:
            for tool in facts[user].iris("foljsUppMed"):
                found.tools[tool] = tuple(sorted({*found.tools.get(tool, ()), user}))
    found.labels = named(store, facts) | names_of(
        store,
        {offer.place for several in offers.values() for offer in several} | {through for _, _, through in ties},
    )
    found.offered.sort(key=lambda use: (found.labels[use.offers[0].place].text, found.labels[use.user].text))
    _find_passages(store, found, most)
    return found


def _find_passages(store: Store, found: Uses, most: int) -> None:
    """Give each use that is shown the passages of its tie, or else those that speak of what uses the method."""
    terms = store.names.terms
    shown = [
        *found.offered[:most],
        *found.not_offered[:most],
        *(use for uses in found.otherwise.values() for use in uses),
    ]
    supports: dict[tuple[str, str, str], list[str]] = {}
    for row in select(store, context.query("supports-of-values", values=sorted({use.through for use in shown}))):
        key = (text_of(row["subject"]), text_of(row["property"]).removeprefix(terms), text_of(row["values"]))
        supports.setdefault(key, []).append(text_of(row["passage"]))
    facts = facts_of(store, {use.user for use in shown}, ("uttalasI",))
    places = {
        use: supports.get((use.user, use.degree, use.through)) or facts[use.user].iris("uttalasI") for use in shown
    }
    known = store.particulars().passages_named(iri for several in places.values() for iri in several)

    def placed(uses: list[Use]) -> list[Use]:
        return [
            replace(use, passages=tuple(known[p] for p in sorted(places.get(use, ())) if p in known)) for use in uses
        ]

    found.offered, found.not_offered = placed(found.offered), placed(found.not_offered)
    found.otherwise = {degree: placed(uses) for degree, uses in found.otherwise.items()}
    found.labels |= names_of(store, {passage.source for passage in known.values()})


def offers_of(store: Store, services: Iterable[str]) -> dict[str, tuple[Offer, ...]]:
    """Give who offers services, and when."""
    found: dict[str, list[Offer]] = {}
    for row in select(store, context.query("posts-of-services", services=sorted(services))):
        found.setdefault(text_of(row["services"]), []).append(Offer(text_of(row["place"]), period_of(row)))
    return {
        service: tuple(sorted(set(offers), key=lambda offer: (offer.place, offer.period.first)))
        for service, offers in found.items()
    }


def _add(
    uses: Uses,
    tie: tuple[str, str, str],
    facts: Facts,
    offers: Mapping[str, tuple[Offer, ...]],
) -> None:
    """Put one tie where it belongs. What is used twice over, by itself and as an instrument, is told once."""
    user, degree, through = tie
    wholes = facts.iris("delAvInsats")
    found = Use(
        user,
        degree,
        through,
        offers.get(user, ()) or tuple(offer for whole in wholes for offer in offers.get(whole, ())),
        wholes,
        facts.text("startar"),
        facts.iris("riktarSigTill", "riktarSigSpecifiktTill"),
    )
    if degree not in USED:
        uses.otherwise.setdefault(degree, []).append(found)
        return
    group = uses.offered if found.offers else uses.not_offered
    if degree == "anvanderMetod" and user in {use.user for use in group if use.through == through}:
        return
    if degree == "foljsUppMed":
        group[:] = [use for use in group if (use.user, use.through) != (user, through)]
    group.append(found)
