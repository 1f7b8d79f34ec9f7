"""The reports for planners and analysts against rows worked out by hand from the texts of the five sources."""

from __future__ import annotations

import pytest
from test_reports import Rows, _short

from kunskapsgraf.graph.store import EmbeddedStore
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.reports import run
from kunskapsgraf.settings import Settings

Case = tuple[str, dict[str, str], tuple[str, ...], Rows]

FOU = "fou-sodertorn-rapport-158"
LUMELL = "lumell-tidigt-stod-rapport-3"
MAPPING = "lansstyrelsen-vastmanland-2006"

# (report, parameters, columns compared, rows). A column that ends in Namn is the Swedish label.
CASES: list[Case] = [
    (
        "samarbeten",
        {"plats": "norberg"},
        ("planerat", "deltagare"),
        {
            ("false", "Fagersta; Norberg; Skinnskatteberg"),  # Västmanland 250, 603, 783: the 12-step programme
            ("false", "Arbetsförmedlingen; Försäkringskassan; Norberg"),  # 620: building up Dagverksamheten
        },
    ),
    ("samarbeten", {"plats": "heby"}, ("planerat", "insatser"), {("false", "Sysselsättningsstöd")}),  # 394, 417
    ("samarbeten", {"plats": "nynashamn"}, ("planerat", "kalla"), {("true", FOU)}),  # FoU 23: to be built up
    (
        "samarbeten",
        {"plats": "stadsdel/hasselby-vallingby"},
        ("planerat", "antal"),
        {
            ("false", "3"),  # Hässelby-Vällingby 70-72: with Beroendecentrum and psychiatry; 267-269: Vistet's linking
            ("true", "2"),  # 154-156: a housing guide is to cooperate with the outreach workers
            (
                "true",
                "6",
            ),  # 170-182: the ACT clinic: social services, three of psychiatry, addiction clinic, health centre
        },
    ),
    (
        "kapacitet",
        {"plats": "fagersta"},
        ("platser", "varde", "enhet", "delas"),
        {
            ("Fagersta; Norberg; Skinnskatteberg", "10", "klient", "true"),  # 283, 637, 826: one capacity of three
            ("Fagersta", "6", "plats", ""),  # 315: the supported housing
            ("Fagersta", "4", "plats", ""),  # 309: the shelter in the same building, not part of the six
            ("Fagersta", "", "person", ""),  # 309, 314: only in words: some move on, the majority misuse
        },
    ),
    (
        "indikatorer-over-tid",
        {},
        ("indikator", "omrade", "ar", "varde", "enhet"),
        {
            (f"{name}", "sverige", year, value, "procent")
            for name, year, value in [
                ("stodprogram-vuxna-narstaende", "2018", "37"),  # Öppna jämförelser 24
                ("stodprogram-vuxna-narstaende", "2019", "63"),  # 7, 15, 24
                ("rutin-stodperson", "2017", "9"),  # 51
                ("rutin-stodperson", "2018", "10"),
                ("rutin-stodperson", "2019", "11"),
                ("overenskommelse-med-region", "2017", "56"),  # 71
                ("overenskommelse-med-region", "2018", "53"),
                ("overenskommelse-med-region", "2019", "47"),
            ]
        },
    ),
    (
        "indikatorer-over-tid",
        {"indikator": "stodprogram-vuxna-narstaende"},
        ("ar", "jamforbart"),
        {("2018", "true"), ("2019", "false")},  # 24: CRAFT is counted from 2019, so the years do not compare
    ),
    (
        "lokala-uppfoljningar",
        {"plats": "vasteras"},
        ("ar", "varde", "andel", "bas"),
        {
            ("2002", "22", "43", "51"),  # 1409-1418: free of drugs, of the 51 enrolled
            ("2002", "3", "6", "51"),  # consumes less
            ("2002", "20", "39", "51"),  # supports herself
            ("2002", "4", "27", ""),  # children back home: 4 of 51 is 8 per cent, so the base is another, not given
            ("2002", "8", "16", "51"),  # no difference
            ("2002", "13", "25", "51"),  # no opinion
            ("2002", "1", "2", "51"),  # in prison
            ("2002", "2", "4", "51"),  # dead
        },
    ),
    (
        "lokala-uppfoljningar",
        {"plats": "goteborg"},
        ("vardeFran", "vardeTill", "enhet", "bas"),
        {("75", "80", "procent", "")},  # Lumell 377: complete their treatment; of whom is said, of how many not
    ),
    (
        "kommunjamforelse",
        {"kommun": "kungsor", "annan": "surahammar"},
        ("tjanstetyp", "insatser", "annanInsatser", "lage", "annanLage"),
        {
            ("behandlande", "Dropp", "", "erbjuds", "saknas i kartläggningen"),  # 438; 959 is empty
            ("motiverande", "", "Enskilda samtal", "saknas i kartläggningen", "erbjuds"),  # 437 is empty; 958
            ("uppratthallande", "", "Drogtester/spärrmedicinering", "saknas i kartläggningen", "erbjuds"),  # 439, 960
            ("arbetsstod", "", "Sysselsättningsstöd", "saknas i kartläggningen", "erbjuds"),  # 440, 961
            ("bostadsstod", "", "Kategoriboende", "saknas i kartläggningen", "erbjuds"),  # 441, 962
            ("bostadsstod", "", "Boendestöd", "saknas i kartläggningen", "erbjuds"),
        },
    ),
    (
        "kommunjamforelse",
        {"kommun": "kungsor", "annan": "partille"},
        ("insatser", "lage", "annanLage"),
        {
            ("Dropp", "erbjuds", "okänt"),  # Partille is an example in Lumell 517: its silence means nothing
            ("", "saknas i kartläggningen", "erbjuds"),  # support for parents, 517
        },
    ),
    (
        "bara-en-kalla",
        {"kalla": FOU, "slag": "metod"},
        ("sak",),
        {("supported-employment",), ("ubat",), ("ors",), ("srs",)},  # FoU 23 and 27; KBT stands elsewhere too
    ),
    (
        "bara-en-kalla",
        {"kalla": FOU, "slag": "plats"},
        ("sakNamn",),
        {  # FoU 19-27; Gotland stands in Öppna jämförelser too
            (name,)
            for name in (
                "Huddinge",
                "Botkyrka",
                "Värmdö",
                "Tyresö",
                "Nynäshamn",
                "Nacka",
                "Salem",
                "Södertälje",
                "Haninge",
            )
        },
    ),
    (
        "tidigt-och-sent-stod",
        {"stodfunktion": "ateruppbygga-skyddsfaktor"},
        ("slag", "kategori", "rader"),
        {
            ("Metod", "SentStod", "461"),  # IPS and Bostad först
            ("Insatstyp", "SentStod", "320"),  # a home for the homeless
            ("Insatstyp", "SentStod", "467"),  # support that gives a home
            ("Insatstyp", "SentStod", "489"),  # support that gives an occupation
        },
    ),
    (
        "metodkedja",
        {"metod": "vackarklockan"},
        ("fran", "lank", "till", "rader"),
        {
            ("vackarklockan", "iMetodfamilj", "aterfallsprevention", "1699"),  # 1699: a manual of relapse prevention
            ("vackarklockan", "iMetodfamilj", "kbt", "1538"),  # 1538: a CBT method
            ("aterfallsprevention", "iMetodfamilj", "kbt", "1190–1198; 1697"),  # 1192, 1697
        },
    ),
    (
        "metodkedja",
        {"metod": "cra"},
        ("fran", "lank", "till"),
        {
            ("cra", "innehallerKomponent", "mi"),  # 1653
            ("cra", "innehallerKomponent", "aterfallsprevention"),
            ("aterfallsprevention", "iMetodfamilj", "kbt"),
        },
    ),
    (
        "bemanning",
        {"plats": "arboga"},
        ("varde", "enhet", "egenErfarenhet", "delAvMarkt"),
        {
            ("3", "person", "", ""),  # 232: Lotsen
            ("1", "person", "true", "true"),  # one of them has experience of her or his own
            ("2", "person", "", "true"),  # the others are treatment assistants
            ("1", "person", "", ""),  # 232: a social worker at Rådgivningsbyrån
            ("1", "formiddag", "", ""),  # 204: a doctor one morning a week
        },
    ),
    (
        "bemanning",
        {"plats": "surahammar"},
        ("varde", "saker"),
        {("2", "Boendestöd; Drogtester/spärrmedicinering; Enskilda samtal; Kategoriboende")},  # 969-1007: the same two
    ),
    (
        "budget-och-kostnader",
        {},
        ("varde", "enhet", "delAv"),
        {
            ("4600000", "kronor", ""),  # Hässelby-Vällingby 285: two years
            ("2300000", "kronor", "hasselby-vallingby-budget-totalt"),  # 326: each year
            ("2300000", "kronor", ""),  # 298: to apply for, for 2015
            *(
                (amount, "kronor", "hasselby-vallingby-budget-per-ar")  # 314-324
                for amount in ("350000", "550000", "650000", "50000")
            ),
            ("17500", "kronor", ""),  # Västmanland 1284: Olivia, a month full time
            ("10500", "kronor", ""),  # a month half time
            ("700", "kronor", ""),  # an hour of psychotherapy
            ("", "", ""),  # 1284: drug tests, no sum; Lumell 251: very large costs
        },
    ),
    (
        "definitioner",
        {"begrepp": "missbruksproblematik"},
        ("kalla", "antalKallor"),
        {(LUMELL, "2"), (MAPPING, "2")},  # Lumell 156-158 without gambling; Västmanland 114 with some of it
    ),
    (
        "definitioner",
        {"begrepp": "evidensbaserad-praktik"},
        ("kalla", "antalKallor", "antalVerk"),
        {(LUMELL, "1", "2")},  # 148: Socialstyrelsen 2019b and SOU 2008:18
    ),
]
# Rows that must be among the others.
AMONG: list[Case] = [
    (
        "motsagelser",
        {},
        ("egenskap", "foljd", "annan"),
        {
            ("menyrad", "Arbetsstöd", "Bostadsstöd"),  # 402 prints work support on the row of housing
            ("per", "Månad", "Dygn"),  # 1282 says a day's cost, 1284 sums a month
        },
    ),
    ("oppna-fragor", {"kalla": FOU}, ("egenskap",), {("alderFran",), ("giltigFran",)}),  # 19: Värmdö; no time at all
    (
        "tidigt-och-sent-stod",
        {},
        ("sak", "kategori"),
        {
            ("kbt", ""),  # Lumell 318: treatment, not early support
            ("sbnt", "TidigtStodSkyddsfaktor"),  # 511
            ("goteborg-respons-alkoholradgivning", "TidigtStodVidRattTillfalle"),  # 367
            ("case-management", ""),  # 330: named, not classified
        },
    ),
]
CONDITIONS = {"1": 543, "2": 544, "3": 545, "4": 546, "5": 547}  # Lumell 543-547: the five, each on its line


def rows(settings: Settings, store: EmbeddedStore, case: Case) -> list[tuple[str, ...]]:
    """Run a case's report; give the columns compared, IRIs by their slugs."""
    name, values, columns, _ = case
    table = run.run(store, run.find(settings.sources, name), values)
    return [tuple(_short(text_of(row[c])) if c in row else "" for c in columns) for row in table.rows]


def identity(case: Case) -> str:
    """Name a case by its report and parameters."""
    return "-".join([case[0], *(value.replace("/", "-") for value in case[1].values())])


@pytest.mark.parametrize("case", CASES, ids=identity)
def test_report_gives_the_rows_of_the_text(whole: Settings, whole_store: EmbeddedStore, case: Case) -> None:
    """The report gives exactly the rows that follow from the text."""
    assert case[3] == set(rows(whole, whole_store, case))


@pytest.mark.parametrize("case", AMONG, ids=identity)
def test_report_has_the_rows_of_the_text(whole: Settings, whole_store: EmbeddedStore, case: Case) -> None:
    """The report has the rows that follow from the text, among others."""
    assert set() == case[3] - set(rows(whole, whole_store, case))


@pytest.mark.parametrize("name", ["kapacitet", "bemanning", "budget-och-kostnader"])
def test_each_figure_has_one_row(whole: Settings, whole_store: EmbeddedStore, name: str) -> None:
    """No figure stands on two rows, however many services share it."""
    found = rows(whole, whole_store, (name, {}, ("uppgift",), set()))
    assert sorted(set(found)) == sorted(found)


def test_parts_of_a_capacity_are_marked(whole: Settings, whole_store: EmbeddedStore) -> None:
    """Of the 35 places five are reserved and five are "light" (Västmanland 1109): both are marked as parts."""
    found = rows(whole, whole_store, ("kapacitet", {"plats": "vasteras"}, ("varde", "delAv"), set()))
    assert 2 == found.count(("5", "vasteras-narkomanvardsgruppen-platser"))
    assert ("35", "") in found


def test_five_conditions_of_early_support(whole: Settings, whole_store: EmbeddedStore) -> None:
    """The five conditions that make early support effective stand in their order, each at its line."""
    case: Case = ("forutsattningar", {"avser": "tidigt-stod"}, ("ordning", "rader"), set())
    found = {order: _lines(ranges) for order, ranges in rows(whole, whole_store, case) if order}
    assert CONDITIONS.keys() == found.keys()
    assert [] == [order for order, line in CONDITIONS.items() if line not in found[order]]


def test_what_a_source_says_within_lines(whole: Settings, whole_store: EmbeddedStore) -> None:
    """The table of Öppna jämförelser 45-53 gives three shares, and they are its only numbers."""
    values = {"kalla": "oppna-jamforelser-missbruk-2019", "franRad": "45", "tillRad": "53"}
    case: Case = ("kallans-pastaenden", values, ("egenskap", "varden"), set())
    found = {value for name, value in rows(whole, whole_store, case) if name == "varde"}
    assert {"9", "10", "11"} == found


def _lines(ranges: str) -> set[int]:
    found: set[int] = set()
    for part in ranges.split("; "):
        first, _, last = part.partition("–")
        found.update(range(int(first), int(last or first) + 1))
    return found
