"""Each report against rows worked out by hand from the text of the Västmanland report."""

from __future__ import annotations

import pytest

from kunskapsgraf.graph.store import EmbeddedStore
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.reports import run
from kunskapsgraf.settings import Settings

Rows = set[tuple[str, ...]]

# (report, parameters, columns compared, rows). A column that ends in Namn is the Swedish label.
CASES: list[tuple[str, dict[str, str], tuple[str, ...], Rows]] = [
    (
        "kommuner-per-metod",
        {"metod": "tolvstegsmetoden"},
        ("kommunNamn", "insats", "giltigFran", "giltigTill"),
        {
            (kommun, insats, "2006-02-01", "2006-03-31")
            for kommun, insats in [
                ("Arboga", "arboga-grupptraffar"),  # lines 166-173: based on the 12-step model
                ("Arboga", "arboga-primarbehandling"),  # 175-182
                ("Arboga", "arboga-eftervard"),  # 206-213
                ("Fagersta", "fagersta-primarbehandling"),  # 275-286
                ("Fagersta", "fagersta-anhorigprogram"),  # 287-289
                ("Fagersta", "fagersta-eftervard"),  # 291-301
                ("Heby", "heby-primarbehandling"),  # 399, 407-409: bought when needed
                ("Norberg", "norberg-primarbehandling"),  # 629-639
                ("Norberg", "norberg-eftervard"),  # 641-651
                ("Sala", "sala-primarbehandling"),  # 727-738
                ("Sala", "sala-samtal-enskilt-eller-i-grupp"),  # 740-742
                ("Sala", "sala-eftervard"),  # 748-757
                ("Skinnskatteberg", "skinnskatteberg-primarbehandling"),  # 814-828
                ("Skinnskatteberg", "skinnskatteberg-anhorigprogram"),  # 830-832
                ("Skinnskatteberg", "skinnskatteberg-enskilda-samtal"),  # 834-844: based on the 12-step model
                ("Skinnskatteberg", "skinnskatteberg-eftervard"),  # 860-870
                ("Västerås", "vasteras-vita-nova"),  # 1086-1097
            ]
        },
    ),
    (
        "insatser-per-kommun",
        {"kommun": "surahammar"},
        ("insats", "tjanstetyp", "startar"),
        {
            ("surahammar-enskilda-samtal", "motiverande", "2000"),  # 958, 967-976
            ("surahammar-drogtester-sparrmedicinering", "uppratthallande", ""),  # 960, 978-980
            ("surahammar-sysselsattningsstod", "arbetsstod", ""),  # 961, 982-984
            ("surahammar-kategoriboende", "bostadsstod", "2000"),  # 986-997
            ("surahammar-boendestod", "bostadsstod", "2000"),  # 999-1008
        },
    ),
    ("insatser-per-kommun", {"kommun": "kungsor"}, ("kommunNamn", "insatsNamn"), {("Kungsör", "Dropp")}),
    (
        "kommuner-utan-anhorigstod",
        {},
        ("kommunNamn", "giltigFran", "giltigTill"),
        {(kommun, "2006-02-01", "2006-03-31") for kommun in ("Heby", "Kungsör", "Norberg", "Surahammar")},
    ),
    (
        "samverkan-mellan-kommuner",
        {},
        ("kommunNamn", "insats"),
        {
            ("Arboga", "arboga-dropp"),  # 140, 431, 452
            ("Köping", "koping-dropp"),
            ("Kungsör", "kungsor-dropp"),
            ("Fagersta", "fagersta-primarbehandling"),  # 250, 603, 783
            ("Fagersta", "fagersta-eftervard"),
            ("Norberg", "norberg-primarbehandling"),
            ("Norberg", "norberg-eftervard"),
            ("Skinnskatteberg", "skinnskatteberg-primarbehandling"),
            ("Skinnskatteberg", "skinnskatteberg-eftervard"),
        },
    ),
    (
        "anonyma-insatser",
        {},
        ("kommunNamn", "insats"),
        {
            ("Arboga", "arboga-motiverande-samtal"),  # the asterisks of lines 144-145
            ("Arboga", "arboga-behandlande-samtal"),
            ("Köping", "koping-motiverande-samtal"),  # 458-460
            ("Köping", "koping-radgivning-till-natverket-och-andra"),
            ("Köping", "koping-behandlande-samtal"),
            ("Köping", "koping-anhorigstod"),
            ("Norberg", "norberg-enskilda-samtal"),  # 607
            ("Skinnskatteberg", "skinnskatteberg-lotsen"),  # 793
            *(
                ("Västerås", f"vasteras-{name}")  # 1049-1052; Fältnätarna* is Narkomanvårdsgruppen*
                for name in (
                    "rada-aurora",
                    "motiverande-samtal",
                    "motivationsgrupp",
                    "vita-nova",
                    "narkomanvardsgruppen",
                    "behandlande-samtal",
                    "jonas",
                    "haschavvanjningsprogram",
                    "medicinsk-behandling",
                    "poliklinisk-avgiftning",
                    "drogtester-sparrmedicin",
                    "behandling-for-spelmissbruk",
                    "spindeln",
                    "anhoriggrupp",
                    "samtal",
                    "parsamtal",
                    "aterfallsprevention",
                )
            ),
        },
    ),
    (
        "insatser-for-kvinnor",
        {},
        ("kommunNamn", "insats", "alderFran"),
        {
            ("Köping", "koping-kvinnogrupp", "20"),  # 521-531
            ("Skinnskatteberg", "skinnskatteberg-resurscentrum", "20"),  # 802-812
            ("Västerås", "vasteras-olivia", "20"),  # 1242, 1296
        },
    ),
    (
        "kopta-insatser",
        {},
        ("kommunNamn", "insats"),
        {
            ("Hallstahammar", "hallstahammar-stodgrupp"),  # 348, 363-365
            ("Heby", "heby-primarbehandling"),  # 392, 407-409
            ("Heby", "heby-stodgrupp"),  # 411-413
            ("Sala", "sala-primarbehandling"),  # 727-729: of a therapist with a business of his or her own
            ("Sala", "sala-samtal-enskilt-eller-i-grupp"),  # 740-742: the therapist under contract
            ("Sala", "sala-eftervard"),  # 748-750
        },
    ),
    (
        "metoder-och-grad",
        {"metod": "mst"},
        ("grad", "sakNamn"),
        {("onskarMetod", "Sala")},  # 776
    ),
    (
        "metoder-och-grad",
        {"metod": "vackarklockan"},
        ("grad", "sak"),
        {
            ("anvanderMetod", "hallstahammar-aterfallsprevention"),
            ("innehallerKomponent", "hallstahammar-strukturerade-enskilda-samtal"),
        },  # 1538
    ),
    (
        "meny-for-kommun",
        {"plats": "heby"},
        ("rad", "radTryckt", "kolumn", "tryckt", "anonymt"),
        {
            ("behandlande", "behandlande", "vuxna-man", "Primärbehandling (12-steg)", "false"),  # 396-403
            ("behandlande", "behandlande", "anhoriga-barn", "Stödgrupp", "false"),
            ("arbetsstod", "bostadsstod", "vuxna-man", "Sysselsättningsstöd", "false"),  # the row has slipped
            ("annat", "annat", "vuxna-man", "Hela Människan", "false"),
        },
    ),
    ("onskemal", {"kommun": "sala"}, ("platsNamn", "ordning"), {("Sala", "1"), ("Sala", "2")}),
    (
        "luckor-i-kartlaggningen",
        {"kommun": "kungsor"},
        ("saknas",),
        {
            ("KommunUtanStodTillVuxnaAnhoriga",),  # 433-442: only a group for children stands in the menu
            ("KommunUtanBoendestod",),
            ("KommunUtanSysselsattningsstod",),
            ("KommunUtanTolvstegsutbud",),
            ("KommunUtanAnonymtUtbud",),
        },
    ),
]
# The bullets under "Önskeläge om fem år": in each section "Övrigt".
WISHES = {
    "Arboga": 3,
    "Fagersta": 7,
    "Hallstahammar": 1,
    "Köping": 4,
    "Norberg": 9,
    "Sala": 2,
    "Skinnskatteberg": 2,
    "Skultuna": 1,
    "Stockholm": 1,  # report 3, line 15: what heads of department wished to know more of
    "Surahammar": 8,
}


@pytest.mark.parametrize(
    ("name", "values", "columns", "expected"), CASES, ids=[f"{c[0]}-{'-'.join(c[1].values())}" for c in CASES]
)
def test_report_gives_the_rows_of_the_text(
    whole: Settings,
    whole_store: EmbeddedStore,
    name: str,
    values: dict[str, str],
    columns: tuple[str, ...],
    expected: Rows,
) -> None:
    """The report gives exactly the rows that follow from the text, IRIs compared by their slugs."""
    table = run.run(whole_store, run.find(whole.sources, name), values)
    found = {tuple(_short(text_of(row[c])) if c in row else "" for c in columns) for row in table.rows}
    assert expected == found


def test_wishes_are_as_many_as_the_bullets(whole: Settings, whole_store: EmbeddedStore) -> None:
    """Each bullet under the wishes of a municipality is one wish."""
    table = run.run(whole_store, run.find(whole.sources, "onskemal"), {})
    counts: dict[str, set[str]] = {}
    for row in table.rows:
        counts.setdefault(text_of(row["platsNamn"]), set()).add(text_of(row["onskemal"]))
    assert WISHES == {place: len(wishes) for place, wishes in counts.items()}


@pytest.mark.parametrize("language", ["sv", "en"])
def test_reports_speak_both_languages(whole: Settings, whole_store: EmbeddedStore, language: str) -> None:
    """Every report gives as many rows in either language, so no label is missing in one."""
    for name, report in run.all_reports(whole.sources).items():
        values = {**report.example}
        swedish = run.run(whole_store, report, values)
        other = run.run(whole_store, report, {**values, "sprak": language})
        assert (name, len(swedish.rows)) == (name, len(other.rows))


def _short(value: str) -> str:
    return value.rstrip("/").replace("#", "/").rsplit("/", 1)[-1] if value.startswith("http") else value
