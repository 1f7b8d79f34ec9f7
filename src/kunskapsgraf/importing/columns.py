"""The template ``utbud`` as data: its columns, what each may hold, and the words by which a file may name them."""

from __future__ import annotations

from dataclasses import dataclass

from kunskapsgraf.importing.table import folded

TEMPLATE = "utbud"
ROWS_SHEET = "Utbud"
ABOUT_SHEET = "Om listan"
READ_ME_SHEET = "Läs mig"
CHOICES_SHEET = "Val"
EXAMPLE = "EXEMPEL:"
"""What the name of a service begins with in a row that shows how to write, and is never imported."""
SEPARATOR = ";"
"""Between several values of one cell; names of concepts hold commas."""

YES, NO, PLANNED, UNKNOWN = "ja", "nej", "planeras", "vet ej"
ANSWERS = (YES, NO, PLANNED, UNKNOWN)


@dataclass(frozen=True)
class Column:
    """A column: its key in the code, its heading, the kind of concept that it chooses from, and what it is for."""

    key: str
    heading: str
    help_sv: str
    help_en: str
    kind: str = ""
    several: bool = False
    required: bool = False
    also: tuple[str, ...] = ()
    width: int = 22


COLUMNS = (
    Column(
        "place",
        "Kommun",
        "Kommunens namn eller fyrsiffriga kod. En kommundel eller ett stadsdelsområde går också bra.",
        "The municipality's name or four-digit code. A part of a municipality will do too.",
        kind="plats",
        required=True,
        also=("Kommunkod", "Kommun eller kommundel", "Municipality"),
        width=18,
    ),
    Column(
        "service",
        "Insats",
        "Namnet på insatsen, så som kommunen kallar den. En rad per insats.",
        "The name of the service, as the municipality calls it. One row per service.",
        required=True,
        also=("Insatsens namn", "Namn", "Namn på insatsen", "Service"),
        width=32,
    ),
    Column(
        "english",
        "Insats på engelska",
        "Namnet på engelska, om det finns ett. Tom: det svenska namnet står kvar.",
        "The name in English, where there is one. Empty: the Swedish name stands.",
        also=("Engelskt namn", "Service in English"),
        width=26,
    ),
    Column(
        "answer",
        "Erbjuds",
        "ja, nej, planeras eller vet ej, den dag som listan gäller. Tom: kommunen har inte svarat, och inget sägs. "
        "Det som planeras erbjuds inte.",
        "ja, nej, planeras (planned) or vet ej (not known), on the day of the list. Empty: no answer, and nothing is said. "
        "What is planned is not offered.",
        kind="svar",
        required=True,
        also=("Erbjuds?", "Offered"),
        width=12,
    ),
    Column(
        "sort",
        "Typ av insats",
        "Slaget av insats sett över kommunerna.",
        "The kind of service across municipalities.",
        kind="insatstyp",
        also=("Insatstyp", "Kind of service"),
        width=28,
    ),
    Column(
        "row_of_menu",
        "Tjänstetyp",
        "Vad tjänsten är till för: behandlande, bostadsstöd och så vidare.",
        "What the service is for: treatment, housing support and so on.",
        kind="tjanstetyp",
        also=("Type of service",),
    ),
    Column(
        "methods",
        "Metod",
        "Metoden som insatsen använder. Att personalen är utbildad i en metod räcker inte.",
        "The method that the service uses. That staff are trained in a method is not enough.",
        kind="metod",
        several=True,
        also=("Metoder", "Method"),
        width=30,
    ),
    Column(
        "groups",
        "Målgrupp",
        "Vem insatsen är till för.",
        "Whom the service is for.",
        kind="malgrupp",
        several=True,
        also=("Målgrupper", "Target group"),
        width=32,
    ),
    Column(
        "only",
        "Bara för målgruppen",
        "ja om insatsen är till för just målgruppen och inga andra; annars nej eller tom.",
        "ja if the service is for the target group alone; otherwise nej or empty.",
        kind="janej",
        also=("Särskilt för målgruppen", "For the target group alone"),
        width=14,
    ),
    Column(
        "ways",
        "Väg till insatsen",
        "Hur man kommer till insatsen, till exempel anonymt eller efter biståndsbeslut.",
        "How one gets to the service, such as anonymously or after a decision.",
        kind="vag",
        several=True,
        also=("Tillträde", "Tillträdesväg", "Way of access"),
        width=26,
    ),
    Column(
        "operation",
        "Regi",
        "Vem som driver insatsen: egen regi, köpt, gemensam och så vidare.",
        "Who runs the service: own, bought, joint and so on.",
        kind="regi",
        also=("Driftsform", "Form of operation"),
    ),
    Column(
        "unit",
        "Verksamhet",
        "Enheten som har insatsen. En ny enhet läggs till i kommunen.",
        "The unit that has the service. A new unit is added to the municipality.",
        also=("Enhet", "Unit"),
        width=26,
    ),
    Column(
        "providers",
        "Utförare",
        "Organisationen som utför insatsen, om den är en annan. Inga personer.",
        "The organisation that carries out the service, where it is another. No persons.",
        kind="aktor",
        several=True,
        also=("Provider",),
        width=26,
    ),
    Column(
        "partners",
        "Samarbetspart",
        "Kommuner och organisationer som insatsen drivs tillsammans med.",
        "Municipalities and organisations with which the service is run.",
        kind="aktor",
        several=True,
        also=("Samarbetsparter", "Samarbetar med", "Partner"),
        width=26,
    ),
    Column(
        "first",
        "Från år",
        "Första året som insatsen erbjuds, eller för det som planeras: året då den ska starta.",
        "The first year of the offer, or for what is planned: the year of its start.",
        also=("Startår", "From year"),
        width=9,
    ),
    Column(
        "last",
        "Till år",
        "Sista året, om ett slut är bestämt. Annars tom.",
        "The last year, where an end is decided. Otherwise empty.",
        also=("Slutår", "To year"),
        width=9,
    ),
    Column(
        "remark",
        "Kommentar eller källa",
        "En kort mening, till exempel var uppgiften står. Den sparas som citat och tolkas inte.",
        "One short sentence, such as where the fact stands. It is kept as a quotation and not interpreted.",
        also=("Kommentar", "Källa", "Anmärkning", "Remark"),
        width=40,
    ),
)
"""In the order of the template; a file may have them in any order, and leave out those that are not required."""

ABOUT = (
    ("title", "Listans namn", "Till exempel Öppenvården i Norrby 2025.", "Such as Öppenvården i Norrby 2025."),
    ("title_en", "Listans namn på engelska", "Tom: det svenska namnet står kvar.", "Empty: the Swedish name stands."),
    (
        "organisation",
        "Organisation",
        "Vem som säger det: kommunen eller förvaltningen. Ingen person.",
        "Who says it: the municipality or the department. No person.",
    ),
    ("date", "Datum", "Dagen som listan gäller, till exempel 2025-03-15.", "The day of the list, such as 2025-03-15."),
)
"""What the sheet about the list declares: key, heading, and what to write in Swedish and English."""
MULTIPLE_SV = "Skriv flera med semikolon emellan."
MULTIPLE_EN = "Write several with a semicolon between."


def by_heading() -> dict[str, Column]:
    """Give the columns by each heading that a file may name them by, folded."""
    return {folded(name): column for column in COLUMNS for name in (column.heading, *column.also)}


def column(key: str) -> Column:
    """Give a column by its key."""
    return next(one for one in COLUMNS if one.key == key)
