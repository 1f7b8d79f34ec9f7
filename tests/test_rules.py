"""The SPARQL rules: what OWL 2 RL cannot count or compare."""

from __future__ import annotations

import pytest
from pyoxigraph import RdfFormat, parse

from kunskapsgraf.graph import queries
from kunskapsgraf.graph.rdf import Triple
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import RDF_TYPE, Names
from kunskapsgraf.pipeline.reason import infer
from kunskapsgraf.settings import packaged_sources

NAMES = Names("https://w3id.org/kunskapsgraf/")
RULES = queries.folder(packaged_sources() / "queries" / "rules")
PREFIXES = "@prefix kg: <https://w3id.org/kunskapsgraf/ns#> .\n" + "".join(
    f"@prefix {kind}: <{NAMES.things}{kind}/> .\n"
    for kind in ("metod", "insats", "insatstyp", "malgrupp", "tillstand", "uttalande", "bedomning", "utfall")
)
ONE = "uttalande:a a kg:GranskadUtsaga ; kg:avserUtfall utfall:u ; kg:avserPopulation malgrupp:g ; kg:bedomning bedomning:positiv-effekt ."
OTHER = "uttalande:b a kg:GranskadUtsaga ; kg:avserUtfall utfall:u ; kg:avserPopulation malgrupp:g ; kg:bedomning bedomning:ingen-effekt ."
BOTH = "metod:m a kg:Metod ; kg:harEvidensutsaga uttalande:a , uttalande:b ."
RECOMMENDED = """
insats:i a kg:Insats ; kg:anvanderMetod metod:m ; kg:riktarSigTill malgrupp:g . metod:m a kg:Metod ; kg:harRekommendation uttalande:r .
uttalande:r a kg:BorRekommendation ; kg:tillstand tillstand:t . malgrupp:g kg:tillstand tillstand:t .
"""
TWO = "insats:i a kg:Insats ; kg:anvanderMetod metod:m ; kg:innehallerKomponent metod:n . metod:m a kg:Metod . metod:n a kg:Metod ."

# (rule, world, what changes in it, the things that the rule then puts in the category)
CASES: list[tuple[str, str, tuple[str, str], set[str]]] = [
    ("MetodMedMotstridigEvidens", BOTH + ONE + OTHER, ("", ""), {"m"}),
    ("MetodMedMotstridigEvidens", BOTH + ONE + OTHER, ("bedomning:ingen-effekt", "bedomning:positiv-effekt"), set()),
    ("MetodMedMotstridigEvidens", BOTH + ONE + OTHER, ("b a kg:GranskadUtsaga ; kg:avserUtfall utfall:u", "b a kg:GranskadUtsaga ; kg:avserUtfall utfall:x"), set()),
    ("MetodMedMotstridigEvidens", BOTH + ONE + OTHER, ("utfall:u ; kg:avserPopulation malgrupp:g ; kg:bedomning bedomning:ingen", "utfall:u ; kg:avserPopulation malgrupp:h ; kg:bedomning bedomning:ingen"), set()),
    # Two statements that name no population are not of the same one.
    ("MetodMedMotstridigEvidens", BOTH + ONE + OTHER, (" kg:avserPopulation malgrupp:g ;", ""), set()),
    ("MetodMedMotstridigEvidens", BOTH + ONE + OTHER, ("b a kg:GranskadUtsaga", "b a kg:PastaendeUtanKalla"), set()),
    ("MetodMedMotstridigEvidens", BOTH + ONE + OTHER, ("b a kg:GranskadUtsaga", "b a kg:Studieutsaga"), {"m"}),
    ("MetodMedMotstridigEvidens", BOTH + ONE + OTHER, ("kg:harEvidensutsaga uttalande:a , uttalande:b", "kg:harEvidensutsaga uttalande:a"), set()),
    ("FlerkomponentInsats", TWO, ("", ""), {"i"}),
    ("FlerkomponentInsats", TWO, ("kg:innehallerKomponent", "kg:anvanderMetod"), {"i"}),
    ("FlerkomponentInsats", TWO, (" ; kg:innehallerKomponent metod:n", ""), set()),
    ("FlerkomponentInsats", TWO, ("kg:innehallerKomponent", "kg:personalUtbildadI"), set()),
    ("FlerkomponentInsats", TWO, ("metod:n a kg:Metod", "metod:n a kg:Metod . metod:m kg:iMetodfamilj metod:n"), set()),
    ("FlerkomponentInsats", TWO, ("metod:n a kg:Metod", "metod:n a kg:Metod . metod:n kg:iMetodfamilj metod:m"), set()),
    ("FlerkomponentInsats", TWO, ("metod:n a kg:Metod", "metod:n a kg:Bedomningsmetod"), set()),
    ("FlerkomponentInsats", TWO, ("metod:m a kg:Metod", "metod:m a kg:Uppfoljningsverktyg"), set()),
    ("FlerkomponentInsats", TWO, ("insats:i a kg:Insats", "insats:i a kg:Verksamhet"), set()),
    ("RekommenderadInsats", RECOMMENDED, ("", ""), {"i"}),
    ("RekommenderadInsats", RECOMMENDED, ("kg:anvanderMetod metod:m", "kg:insatstyp metod:m"), {"i"}),
    ("RekommenderadInsats", RECOMMENDED, ("malgrupp:g kg:tillstand tillstand:t", "malgrupp:g kg:tillstand tillstand:x"), set()),
    ("RekommenderadInsats", RECOMMENDED, ("malgrupp:g kg:tillstand tillstand:t .", ""), set()),
    ("RekommenderadInsats", RECOMMENDED, ("kg:BorRekommendation", "kg:KanRekommendation"), set()),
    ("RekommenderadInsats", RECOMMENDED, ("kg:anvanderMetod", "kg:innehallerKomponent"), set()),
    ("RekommenderadInsats", RECOMMENDED, ("metod:m a kg:Metod", "metod:m a kg:Bedomningsmetod"), set()),
    ("RekommenderadInsats", RECOMMENDED, ("uttalande:r a", 'uttalande:r kg:villkor "i kombination"@sv ; a'), set()),
]  # fmt: skip


def triples(turtle: str) -> list[Triple]:
    """Read Turtle with the prefixes of this file."""
    return [quad.triple for quad in parse((PREFIXES + turtle).encode(), format=RdfFormat.TURTLE)]


@pytest.mark.parametrize(("name", "world", "change", "expected"), CASES)
def test_rule(name: str, world: str, change: tuple[str, str], expected: set[str]) -> None:
    """Each rule concludes where all its premises hold, and not when one of them is changed."""
    assert change[0] in world
    inferred = infer([], triples(world.replace(*change) if change[0] else world), [RULES[name]])
    found = {
        text_of(t.subject).rsplit("/", 1)[-1]
        for t in inferred
        if t.predicate.value == RDF_TYPE and text_of(t.object) == NAMES.terms + name
    }
    assert expected == found
