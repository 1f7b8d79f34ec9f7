"""Rows of the reports on who works with whom, worked out by hand from the texts (Västmanland, 2006)."""

from __future__ import annotations

from report_rows import Case

CASES: list[Case] = [
    (
        "samverkan-samarbeten",
        {"plats": "norberg"},
        ("samarbete", "planerat", "parter"),
        {  # lines 603 and 605-676: with Fagersta and Skinnskatteberg, and with two authorities
            ("tolvstegsprogram-fagersta-norberg-skinnskatteberg", "false", "3"),
            ("dagverksamheten-norberg", "false", "3"),
        },
    ),
    (
        "samverkan-parter",
        {"plats": "heby"},
        ("samarbete", "part", "partslag", "plats", "grund", "giltighet", "giltigFran"),
        {
            ("heby-hela-manniskan", "heby", "kommun", "heby", "kalla", "egen", "2006-02-01"),
            ("heby-hela-manniskan", "hela-manniskan-heby", "civilsamhalle", "", "kalla", "egen", "2006-02-01"),
        },
    ),
    (
        "samverkan-matris",
        {"plats": "norberg"},
        ("plats", "partslag", "samarbeten", "planerade"),
        {
            ("norberg", "kommun", "1", "0"),
            ("norberg", "myndighet", "1", "0"),
            ("fagersta", "kommun", "1", "0"),
            ("skinnskatteberg", "kommun", "1", "0"),
        },
    ),
    (
        "samverkan-om-vad",
        {"plats": "heby"},
        ("plats", "partslag", "om"),
        {("heby", "civilsamhalle", "Sysselsättningsstöd")},
    ),
    (
        "samverkan-delade",
        {"plats": "koping"},
        ("part", "samarbeten", "planerade"),
        {
            ("koping", "4", "0"),
            ("hela-manniskan-koping", "2", "0"),
        },  # the women's group and the project on homelessness
    ),
    ("samverkan-inget-kant", {"plats": "surahammar"}, ("plats", "lage"), {("surahammar", "okant")}),
]
