"""Rows of the planners' reports, worked out by hand from the texts; the lines are those of the text files."""

from __future__ import annotations

from report_rows import Case

FOU = "fou-sodertorn-rapport-158"
LUMELL = "lumell-tidigt-stod-rapport-3"
MAPPING = "lansstyrelsen-vastmanland-2006"

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
            (name, "sverige", year, value, "procent")
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
        "indikatorer",
        {},
        ("indikator", "varden", "forstaAr", "sistaAr", "omraden", "kallor", "seriebrott"),
        {  # Öppna jämförelser 24, 51, 71
            ("stodprogram-vuxna-narstaende", "2", "2018", "2019", "1", "1", "1"),
            ("rutin-stodperson", "3", "2017", "2019", "1", "1", "0"),
            ("overenskommelse-med-region", "3", "2017", "2019", "1", "1", "0"),
        },
    ),
    (
        "indikatorserier",
        {"indikator": "rutin-stodperson"},
        ("omrade", "kon", "enhet", "kalla", "varden", "forstaAr", "sistaAr"),
        {("sverige", "", "procent", "oppna-jamforelser-missbruk-2019", "3", "2017", "2019")},  # 51
    ),
    (
        "indikatorernas-anmarkningar",
        {"indikator": "stodprogram-vuxna-narstaende"},
        ("anmarkning", "slag", "ar", "galler", "omrade"),
        {
            # 24: CRAFT is counted from 2019
            ("oj2019-seriebrott-craft", "Seriebrott", "2019", "stodprogram-vuxna-narstaende", ""),
            ("oj2019-seriebrott-craft", "Seriebrott", "2019", "oj-stodprogram-2018", ""),
            ("oj2019-seriebrott-craft", "Seriebrott", "2019", "oj-stodprogram-2019", ""),
            # 30-37: below the chart of the counties
            ("oj2019-jonkoping", "Undantag", "2019", "stodprogram-vuxna-narstaende", "jonkoping"),
            ("oj2019-gotland", "AvvikandeBas", "2019", "stodprogram-vuxna-narstaende", "gotland"),
            ("oj2019-figur-1", "EjAngivet", "", "stodprogram-vuxna-narstaende", ""),
            ("oj2019-jonkoping-i-riket", "EjAngivet", "", "oj-stodprogram-2019", "jonkoping"),
            # 24, 26: the value of 2017, and the three other programmes
            ("oj2019-stodprogram-2017", "EjAngivet", "", "stodprogram-vuxna-narstaende", ""),
            ("oj2019-stodprogram-2017", "EjAngivet", "", "oj-stodprogram-2018", ""),
            ("oj2019-tre-stodprogram", "EjAngivet", "", "stodprogram-vuxna-narstaende", ""),
            # 7-37: programmes or services; municipalities, or city districts too
            ("oj2019-stodprogram-eller-stodinsats", "Motsagelse", "", "stodprogram-vuxna-narstaende", ""),
            ("oj2019-kommuner-eller-stadsdelar", "Motsagelse", "", "stodprogram-vuxna-narstaende", ""),
            ("oj2019-kommuner-eller-stadsdelar", "Motsagelse", "", "oj-stodprogram-2018", ""),
        },
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
        ("slag", "kategori"),
        {("Metod", "SentStod"), ("Insatstyp", "SentStod")},  # IPS and Bostad först; a home, an occupation: see LATE
    ),
    (
        "metodkedja",
        {"metod": "vackarklockan"},
        ("fran", "lank", "till", "rader"),
        {
            ("vackarklockan", "iMetodfamilj", "aterfallsprevention", "1538; 1699"),  # its manual, in both places
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
        "kallans-pastaenden",
        {"kalla": "oppna-jamforelser-missbruk-2019", "franRad": "19", "tillRad": "19"},
        ("slag", "rader"),
        {("Iakttagelse", "19")},  # Öppna jämförelser 19: the results differ between counties and municipalities
    ),
    ("oppna-fragor", {"kalla": FOU}, ("kalla",), {(FOU,)}),
    ("motsagelser", {"kalla": FOU}, ("motsagelse",), set()),  # 37 lines that nowhere say two things of one
    ("forutsattningar", {"avser": "tidigt-stod", "kalla": LUMELL}, ("kalla",), {(LUMELL,)}),
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
        "kommunjamforelse",
        {"kommun": "arboga", "annan": "surahammar"},
        ("tjanstetyp", "insatser", "annanInsatser", "lage", "slutsatsFar"),
        {
            ("bostadsstod", "Boendestöd", "Boendestöd", "erbjuds", ""),  # 148, 962
            ("bostadsstod", "", "Kategoriboende", "annat av samma tjänstetyp", "false"),  # Arboga's row is not empty
            ("arbetsstod", "", "Sysselsättningsstöd", "saknas i kartläggningen", "true"),  # 147 is empty; 961
        },
    ),
    (
        "motsagelser",
        {},
        ("foljd", "annan"),
        {
            ("Arbetsstöd", "Bostadsstöd"),  # 402 prints work support on the row of housing
            ("per månad", "per dygn"),  # 1282 says a day's cost, 1284 sums a month
        },
    ),
    (
        "oppna-fragor",
        {"kalla": FOU},
        ("avserNamn", "egenskap"),
        {("Team för unga vuxna i Värmdö", "alderFran")},  # FoU 19: of the three teams only Värmdö's has no ages
    ),
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
LATE = {320: 1, 461: 2, 467: 1, 489: 1}  # Lumell: line, and how many kinds of support it counts as late
CONDITIONS = {"1": 543, "2": 544, "3": 545, "4": 546, "5": 547}  # Lumell 543-547: the five, each on its line
