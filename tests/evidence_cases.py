"""Rows of the reports on evidence and recommendations, worked out by hand from the texts and the pages."""

from __future__ import annotations

from report_rows import Case

NONE = "ingen insats i källorna anges använda metoden"
PART = "nej: metoden är en del av innehållet, inte det insatsen arbetar efter"
GROUP = "nej: målgruppen är inte den som tillståndet gäller"
INSTRUMENT = "nej: ett bedömningsinstrument gör ingen insats rekommenderad"
UNNAMED, UNASSESSED = "InsatsUtanNamngivenMetod", "InsatsMedEndastObedomdaMetoder"

# Lines are those of report 3 unless another source is named.
CASES: list[Case] = [
    (
        "evidensutsagor",
        {"atgard": "natverksterapi"},
        ("slagNamn", "bedomningNamn", "utfall", "effekt", "rader"),
        {
            ("granskad utsaga", "Positiv effekt", "Nykterhet", "liten till måttlig effekt", "507"),
            ("granskad utsaga", "Positiv effekt", "Återfall", "", "507"),
        },
    ),
    (
        "evidensutsagor",
        {"atgard": "act"},
        ("slagNamn", "bedomningNamn", "rader"),
        {("påstående utan källa", "Påstådd, utan källa", "76–78")},  # Hässelby-Vällingby
    ),
    (
        "evidenslage-per-metod",
        {"atgard": "sbnt"},
        ("lageNamn", "slag", "utsagor", "kommuner"),
        {
            ("Positiv effekt", "granskad utsaga", "1", "0"),  # 511: evidence from studies in England; used by no municipality asked
            ("Påstådd, utan källa", "påstående utan källa", "1", "0"),  # 511: what the experts say it could do
        },
    ),
    (
        "evidenslage-per-metod",
        {"atgard": "insatstyp/sysselsattningsstod"},
        ("lageNamn", "motstridig"),
        {("Otillräckligt underlag", "false"), ("Positiv effekt", "false")},  # 491-495: of different outcomes
    ),
    (
        "evidenslage-per-metod",
        {"atgard": "kbt"},
        ("lageNamn", "slag", "utsagor"),
        {("Ingen uppgift i källorna", "", "0")},  # explained at Västmanland 1665, used there, nowhere assessed
    ),
    (
        "metoder-med-motstridig-evidens",
        {},
        ("atgard", "motstridig", "sammaUtfall", "ena", "andra"),
        {
            # 491: SBU on misuse of and dependence on drugs; 491-495: a meta-study on recovery and on drug use
            ("sysselsattningsstod", "false", "false", "lumell3-sbu-sysselsattning-otillrackligt", "lumell3-walton-aterhamtning"),
            ("sysselsattningsstod", "false", "false", "lumell3-sbu-sysselsattning-otillrackligt", "lumell3-walton-droganvandning"),
        },
    ),
    (
        "evidensbaserade-insatser",
        {},
        ("metod", "insats", "svar"),
        {("natverksterapi", "", NONE), ("parterapi", "", NONE), ("sbnt", "", NONE)},  # 507, 507, 511
    ),
    (
        "rekommenderade-insatser",
        {},
        ("atgard", "svar"),
        {
            ("asi", INSTRUMENT),
            ("cra", PART),  # Hässelby-Vällingby 84-90: an element of the open care
            ("cra", GROUP),
            ("esl", PART),  # Västmanland, Spindeln
            ("esl", GROUP),
            ("aterfallsprevention", PART),
            ("aterfallsprevention", GROUP),
            ("kbt", GROUP),
            ("tolvstegsmetoden", GROUP),
            ("case-management", GROUP),
            ("boendestod", GROUP),
        },
    ),
    (
        "rekommendationer",
        {"atgard": "cra"},
        ("tillstand", "nivaNamn", "ord"),
        {
            ("alkohol", "Prioritet 2", "bör"),
            ("centralstimulantia", "Prioritet 3", "bör"),
            ("opioidberoende-i-lakemedelsassisterad-behandling", "Prioritet 4", "kan"),
            ("alkohol", "Bör erbjudas", "bör"),  # the patient version, without a number
        },
    ),
    (
        "rekommendationer",
        {"atgard": "sbnt"},
        ("tillstand", "nivaNamn"),
        {("alkohol", "Prioritet 2"), ("", "")},  # the page; 511: recommended, neither condition nor level told
    ),
    (
        "insatser-utan-namngiven-metod",
        {"kommun": "surahammar"},
        ("insats", "slag"),
        {  # Västmanland 952-1018 names no method
            ("surahammar-enskilda-samtal", UNNAMED),
            ("surahammar-drogtester-sparrmedicinering", UNNAMED),
            ("surahammar-sysselsattningsstod", UNNAMED),
            ("surahammar-kategoriboende", UNNAMED),
            ("surahammar-boendestod", UNNAMED),
        },
    ),
    (
        "insatser-utan-namngiven-metod",
        {"kommun": "norberg"},
        ("insats", "slag", "metoder"),
        {  # Västmanland 605-676
            ("norberg-primarbehandling", UNASSESSED, "Tolvstegsmetoden"),
            ("norberg-eftervard", UNASSESSED, "Tolvstegsmetoden"),
            ("norberg-boendestod", UNASSESSED, "Nätverksarbete"),
            ("norberg-drogtest-sparrmedicin", UNNAMED, ""),
            ("norberg-enskilda-samtal", UNNAMED, ""),
            ("norberg-sysselsattningsstod", UNNAMED, ""),
        },
    ),
    (
        "insatser-for-unga-vuxna",
        {},
        ("plats", "insats", "barade"),
        {  # Västmanland, the columns for young adults: 462 and 791; no other menu has a service there
            ("koping", "koping-drogtester-sparrmedicin", "false"),
            ("koping", "koping-rutten", "false"),
            ("skinnskatteberg", "skinnskatteberg-resurscentrum", "false"),
        },
    ),
    (
        "uppfoljning",
        {},
        ("sak", "grad", "verktyg", "systematisk"),
        {
            ("sodertalje", "foljsUppMed", "ubat", "false"),  # FoU Södertörn 27
            ("sodertalje-ubat", "anvanderMetod", "ubat", "false"),
            ("haninge", "provarMetod", "ors", "false"),  # the same: the work begins
            ("haninge", "provarMetod", "srs", "false"),
            ("haninge-ors-srs", "provarMetod", "ors", "false"),
            ("haninge-ors-srs", "provarMetod", "srs", "false"),
            ("olivia", "planerarMetod", "asi-net", "false"),  # Västmanland 1420
            ("oppenvarden-hallstahammar", "planerarMetod", "asi-net", "false"),  # Västmanland 1582
            ("socialtjansten-hallstahammar", "personalUtbildadI", "asi-net", "false"),
            ("hasselby-vallingby-utredning-och-uppfoljning", "foljsUppMed", "asi", "false"),  # Hässelby-Vällingby 124-128
        },
    ),
]  # fmt: skip
