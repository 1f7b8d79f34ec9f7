"""An insats: who offers it, to whom, by which method, and how one comes to it."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext

from kunskapsgraf.web.kinds.kind import Kind, Section, Sentence, Told


def lead(told: Told) -> Iterator[Sentence]:
    """Say what kind of service it is, who offers it, for whom, how, and by which way."""
    yield from told.say(gettext("%(name)s erbjuds av %(ends)s."), "erbjudsAv")
    yield from told.say(gettext("Insatstyp: %(ends)s."), "insatstyp")
    yield from told.say(gettext("Den är en del av %(ends)s."), "delAvVerksamhet")
    yield from told.say(gettext("Den riktar sig till %(ends)s."), "riktarSigTill")
    yield from told.say(gettext("Metod: %(ends)s."), "anvanderMetod")
    yield from told.say(gettext("Väg in: %(ends)s."), "tilltradesvag")


def sections() -> tuple[Section, ...]:
    """Give what it is and for whom, then how it is given, then by whom."""
    return (
        Section(
            "vad",
            gettext("Vad den är, och för vem"),
            (
                "erbjudandeText",
                "innehallText",
                "insatstyp",
                "tjanstetyp",
                "syfte",
                "riktarSigSpecifiktTill",
                "riktarSigTill",
                "deltarFramst",
                "alderFran",
                "alderTill",
                "motBehov",
                "tilltradesvag",
                "villkoradVag",
                "villkor",
                "krav",
            ),
        ),
        Section(
            "hur",
            gettext("Hur den ges"),
            (
                "anvanderMetod",
                "innehallerKomponent",
                "personalUtbildadI",
                "foljsUppMed",
                "provarMetod",
                "planerarMetod",
                "form",
                "erbjudandeInslag",
                "innehallsInslag",
                "harFas",
                "oppettid",
                "harUppgift",
                "status",
                "startar",
                "harHandelse",
                "stodfunktion",
                "harEvidensutsaga",
            ),
        ),
        Section(
            "vem",
            gettext("Vem som ger den"),
            (
                "erbjudsAv",
                "delAvVerksamhet",
                "delAvInsats",
                "regi",
                "huvudman",
                "utforsAv",
                "kopsAv",
                "medverkande",
                "omfattasAvSamarbete",
            ),
        ),
    )


KIND = Kind("Insats", lead=lead, sections=sections)
