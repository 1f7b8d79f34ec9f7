"""The vocabulary: 60 methods in 12 families of four generations, target groups, ways in, and the other concepts."""

from __future__ import annotations

METHODS = 60
FAMILIES = 12
CONCEPTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "vag": ("Tilltradesvag", ("oppen", "remiss")),
    "tjanstetyp": (
        "Tjanstetyp",
        ("bostadsstod", "arbetsstod", "behandlande", "motiverande", "uppratthallande", "annat"),
    ),
    "insatstyp": ("Insatstyp", tuple(f"typ-{n}" for n in range(12))),
    "menykolumn": ("Menykolumn", ("vuxna-man", "vuxna-kvinnor", "unga", "anhoriga")),
    "behov": ("Behov", tuple(f"behov-{n}" for n in range(8))),
    "inslag": ("Inslag", tuple(f"inslag-{n}" for n in range(12))),
    "form": ("Form", ("enskilt", "grupp", "familj")),
    "roll": ("Roll", tuple(f"roll-{n}" for n in range(6))),
    "enhet": ("Enhet", ("person", "timme", "vecka", "krona", "plats")),
    "status": ("Status", ("i-drift", "under-uppbyggnad", "nedlagd")),
    "regi": ("Regi", ("egen", "gemensam", "kopt")),
    "bedomning": (
        "Bedomning",
        ("positiv-effekt", "ingen-effekt", "blandat", "otillrackligt", "pastadd", "lokal-uppfoljning"),
    ),
    "rekniva": (
        "Rekommendationsniva",
        ("bor", "kan", "undantagsfall", "1", "2", "3", "4", "6", "8", "10", "fou", "icke-gora"),
    ),
    "stodfunktion": (
        "Stodfunktion",
        ("sanka-trosklar", "mota-motivation", "starka-skyddsfaktor", "ateruppbygga-skyddsfaktor"),
    ),
    "handelsetyp": ("Handelsetyp", ("start", "flytt", "avslut")),
    "beskrivningstyp": ("Beskrivningstyp", ("manualbaserad", "annan")),
    "iakttagelsetyp": ("Iakttagelsetyp", ("styrka", "brist")),
    "mattyp": ("Mattyp", ("medel", "antal", "andel")),
    "utfall": ("Utfall", ("nykterhet", "boende", "arbete", "halsa")),
    "begrepp": ("Begrepp", tuple(f"omrade-{n}" for n in range(10))),
    "tillstand": ("Begrepp", ("alkohol", "narkotika")),
}
"""Kind of thing: its class, and the slugs of the vocabulary. Some slugs are named by axioms."""
TARGET_GROUPS = (
    ("vuxna", "Malgrupp"),
    ("man", "Malgrupp"),
    ("vuxna-anhoriga", "VuxenAnhorigMalgrupp"),
    ("barn", "BarnMalgrupp"),
    ("kvinnor", "KvinnoMalgrupp"),
    ("unga-vuxna", "UngVuxenMalgrupp"),
    ("samsjuka", "SamsjuklighetsMalgrupp"),
)
METHOD_CLASSES = ("Behandlingsmetod", "Manual", "Uppfoljningsverktyg", "Bedomningsmetod", "Samordningsmodell")
FAMILY_HEADS = ("tolvstegsmetoden", "kbt", "mi")
"""The heads of the first families, two of them named by axioms; the others are numbered."""


def method_slug(index: int) -> str:
    """Name a method; the first of each family is its head."""
    return FAMILY_HEADS[index] if index < len(FAMILY_HEADS) else f"metod-{index:02}"


def family_of(index: int) -> int | None:
    """Give the method above: families are four generations deep, in one line from the head."""
    return None if index < FAMILIES else index - FAMILIES


def method_class(index: int) -> str:
    """Give the class of a method."""
    return METHOD_CLASSES[(index // FAMILIES + index) % len(METHOD_CLASSES)]
