"""Rows of the reports behind the evidence-gap map and the profile, worked out by hand from the texts."""

from __future__ import annotations

from report_rows import Case

CASES: list[Case] = [
    (
        "evidenskarta",
        {"atgard": "natverksterapi"},
        ("kolumn", "lage", "slag", "sakerhet", "utsagor"),
        {  # report 3, line 507
            ("nykterhet", "positiv-effekt", "GranskadUtsaga", "", "1"),
            ("aterfall", "positiv-effekt", "GranskadUtsaga", "", "1"),
        },
    ),
    (
        "evidenskarta-tomma-rutor",
        {"axel": "malgrupp", "atgard": "mi"},
        ("kolumn", "tomhet"),
        {
            ("vuxna-med-missbruksproblematik", "ingen-uppgift")
        },  # the only group that a statement on methods names: report 3, 507
    ),
    (
        "evidenskarta-atgarder",
        {"plats": "sala"},
        ("atgard", "utsagor", "slutsats", "kommuner", "sjalv"),
        {  # Västmanland 705-760; of the twelve steps a representative says that they do not suit everyone (report 3, 559)
            ("linus", "0", "MetodUtanEvidensutsaga", "1", "1"),
            ("tolvstegsmetoden", "1", "MetodMedEndastPastaende", "7", "7"),
        },
    ),
    (
        "evidenskarta-ruta",
        {"atgard": "sbnt"},
        ("slag", "lage", "kalla", "rader"),
        {
            ("GranskadUtsaga", "positiv-effekt", "lumell-tidigt-stod-rapport-3", "511"),
            ("PastaendeUtanKalla", "pastadd", "lumell-tidigt-stod-rapport-3", "511"),
        },
    ),
    (
        "evidensprofil",
        {"plats": "norberg"},
        ("giltigFran", "giltigTill", "insatser", "pastadd", "ingenMetod", "annanGrad", "ingenUppgift"),
        {  # Västmanland 605-676: two by the twelve steps, network meetings as a part of one, three without a named method
            ("", "", "6", "2", "3", "1", "0"),
            ("2006-02-01", "2006-03-31", "6", "2", "3", "1", "0"),
        },
    ),
    (
        "evidensprofil-insatser",
        {"plats": "surahammar"},
        ("insats", "metoder", "lagen"),
        {  # Västmanland 952-1018 names no method
            ("surahammar-enskilda-samtal", "", "ingen-metod"),
            ("surahammar-drogtester-sparrmedicinering", "", "ingen-metod"),
            ("surahammar-sysselsattningsstod", "", "ingen-metod"),
            ("surahammar-kategoriboende", "", "ingen-metod"),
            ("surahammar-boendestod", "", "ingen-metod"),
        },
    ),
]
ON_A_WORLD = {
    "evidens-fran-en-kalla",
    "giltighet",
    "kallornas-tackning",
    "lankning",
    "saker-som-inget-pekar-pa",
    "tomma-kategorier",
}
"""Reports whose rows are worked out on a small world, in test_evidence_views."""
