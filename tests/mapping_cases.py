"""Rows of the first reports, worked out by hand from the text of the Västmanland report; the lines are those of the text."""

from __future__ import annotations

from report_rows import Case

CASES: list[Case] = [
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
