"""The rare properties, which take turns so that every axiom of the ontology has something to start from."""

from __future__ import annotations

from collections.abc import Callable

from bench.national.editorial import any_actor
from bench.national.terms import kg, number, thing, typed
from bench.national.vocabulary import METHODS, TARGET_GROUPS, method_slug
from bench.national.writer import Writer


def add_rare(writer: Writer, service: str, kommun: str, index: int) -> None:
    """Use three of the rare properties, so that each of them comes back every ten to twenty services."""
    rare = _rare_of(writer, service, kommun, index)
    for step in range(3):
        rare[(index * 3 + step) % len(rare)]()


def _rare_of(writer: Writer, service: str, kommun: str, index: int) -> list[Callable[[], None]]:
    def points(subject: str, property_: str, target: Callable[[], str]) -> Callable[[], None]:
        return lambda: writer.say(subject, kg(property_), target())

    def makes(subject: str, property_: str, class_: str) -> Callable[[], None]:
        return lambda: writer.say(subject, kg(property_), writer.new(class_.lower(), class_))

    def actor() -> str:
        return any_actor(writer)

    def method() -> str:
        return thing("metod", method_slug(writer.below(METHODS)))

    def group() -> str:
        return thing("malgrupp", TARGET_GROUPS[writer.below(len(TARGET_GROUPS))][0])

    def planned() -> None:
        plan = writer.new("insats", "PlaneradInsats")
        writer.say(kommun, kg("planerar"), plan)
        joint = writer.new("samarbete", "PlaneratSamarbete")
        writer.say(joint, kg("planeradDeltagare"), kommun)

    def project() -> None:
        for property_ in ("bedriverProjekt", "planerarProjekt"):
            made = writer.new("projekt", "Projekt")
            writer.say(kommun, kg(property_), made)
            writer.say(made, kg("huvudman"), any_actor(writer))

    def district() -> None:
        made = writer.new("stadsdel", "Stadsdelsomrade")
        writer.say(made, kg("delAvKommun"), kommun)
        writer.say(service, kg("kopsAv"), made)

    def figures() -> None:
        whole, part = writer.new("uppgift", "Mangduppgift"), writer.new("uppgift", "Statistikuppgift")
        writer.say(whole, kg("varde"), number(writer.below(90)))
        writer.say(part, kg("vardeFran"), number(1))
        writer.say(part, kg("delAvUppgift"), whole)
        writer.say(part, kg("statistikomrade"), kommun)
        indicator = writer.new("indikator", "Indikator")
        writer.say(part, kg("indikator"), indicator)
        writer.say(method(), kg("ingarIIndikator"), indicator)

    def mapping() -> None:
        made = writer.new("kartlaggning", "Kartlaggning")
        source = writer.graph.removeprefix("kartlaggning-")
        writer.say(thing("kalla", source), kg("redovisar"), made)
        writer.say(service, kg("delAvKartlaggning"), made)
        writer.say(made, kg("harFragestallning"), writer.new("fragestallning", "Fragestallning"))
        writer.say(made, kg("citerar"), thing("kalla", source))
        writer.say(made, kg("omfattningKalla"), thing("kalla", source))
        writer.say(made, kg("omfattning"), writer.new("omfattning", "Omfattning"))
        writer.say(made, kg("lan"), thing("lan", "lan-00"))

    return [
        points(service, "huvudman", actor),
        points(service, "medverkande", actor),
        points(service, "initieradAv", actor),
        points(service, "samordnasAv", actor),
        points(service, "hyresvard", actor),
        points(service, "uppdragsgivare", actor),
        points(service, "placerasAv", lambda: kommun),
        points(service, "upphandladAv", lambda: kommun),
        points(service, "kopsAv", actor),
        points(service, "harTillgangTill", actor),
        points(service, "erbjudandeInslag", lambda: writer.some("inslag")[0]),
        points(service, "villkoradVag", lambda: thing("vag", "anonym")),
        points(service, "deltarFramst", group),
        points(service, "prioriterar", group),
        points(service, "malgrupp", group),
        points(service, "personalUtbildadI", method),
        points(service, "innehallerKomponent", method),
        points(service, "overvagerMetod", method),
        points(service, "provarMetod", method),
        points(service, "onskarMetod", method),
        points(service, "planerarMetod", method),
        points(service, "kompletterar", lambda: thing("insats", f"i{max(0, index - 1)}")),
        points(service, "kontrolleradI", lambda: writer.new("kontrollkalla", "Kontrollkalla")),
        points(service, "startar", lambda: number(2000)),
        points(service, "webbplats", lambda: typed("https://example.org/", "anyURI")),
        makes(service, "harFas", "Fas"),
        makes(service, "harLokal", "Lokal"),
        makes(kommun, "harKop", "Kop"),
        makes(kommun, "harLanstillhorighet", "Lanstillhorighet"),
        planned,
        project,
        district,
        figures,
        mapping,
    ]
