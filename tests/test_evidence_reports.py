"""The methods without evidence, told apart by the way in which they are without, as the texts and the pages have it."""

from __future__ import annotations

from report_rows import short

from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.reports import run
from kunskapsgraf.settings import Settings

# In which way a method is without evidence, where it is not silence. Västmanland 1697; Hässelby-Vällingby 76 and 106; report 3 491, 559, 651.
WITHOUT = {
    ("tolvstegsmetoden", "Bara påstådd"),  # "does not suit everyone", a representative
    ("sip", "Bara påstådd"),  # "does not work so well", a representative
    ("aterfallsprevention", "Bara påstådd"),
    ("act", "Bara påstådd"),
    ("mi", "Bara påstådd"),
    ("sysselsattningsstod", "Otillräckligt underlag"),
}


def test_methods_without_evidence(whole: Settings, whole_store: EmbeddedStore) -> None:
    """Each way of being without is told apart; silence is concluded of methods that are used, with who uses them."""
    rows = run.run(whole_store, run.find(whole.sources, "metoder-utan-evidens"), {}).rows
    told = {(short(text_of(row["metod"])), text_of(row["slagNamn"])) for row in rows}
    silent = {method for method, way in told if way == "Ingen uppgift i källorna"}
    assert {(method, way) for method, way in told if method not in silent} == WITHOUT
    assert len(told) == len(rows)
    # Used somewhere, spoken of in a glossary or a menu, assessed nowhere.
    assert {"cra", "kbt", "asi", "alkoholkonflikten", "oronakupunktur", "symboldrama"} <= silent
    # Reviewed with a positive finding: not without.
    assert not {"natverksterapi", "parterapi", "sbnt"} & {method for method, _ in told}
    users = {short(text_of(row["metod"])): text_of(row["kommuner"]) for row in rows}
    assert users["asi"] == "Köping, Västerås"  # Västmanland 474, 1077
    assert users["tolvstegsmetoden"] == "Arboga, Fagersta, Heby, Norberg, Sala, Skinnskatteberg, Västerås"
    assert users["cra"] == ""  # Hässelby-Vällingby is a part of Stockholm, and its courses are no offer of their own
