"""What the tables of a page have told already: those lists stand beneath them as links to the lists, not once more.

Nothing is lost by it: the list that a link leads to is a part of the page, with every statement, its source and its period.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from kunskapsgraf.graph.vocabulary import RDF_TYPE
from kunskapsgraf.web.describe import Description, Group

_SHORT = 2
"""Statements that are shown all the same: a link would take as much room."""


def shortened(description: Description, retold: Container[str], terms: str) -> tuple[Description, list[Group]]:
    """Give the page without the lists that its tables tell, and those lists; of the others, the beginning.

    ``retold`` names properties as a ``Section`` does. Of the classes of a thing those that are laid down stay, and all where no table tells them. What has no
    tables is given back as it is.
    """
    if not retold:
        return description, []
    left, led_to = [], []
    for group in description.groups:
        name = ("^" if group.incoming else "") + group.predicate.removeprefix(terms)
        if group.total <= _SHORT or (name not in retold and (name == RDF_TYPE or group.total <= _SHORT + 1)):
            left.append(group)
        elif name not in retold:
            left.append(replace(group, statements=group.statements[:_SHORT]))
        elif name == RDF_TYPE and (laid_down := [s for s in group.statements if not s.is_derived]):
            left.append(replace(group, statements=laid_down))
        else:
            led_to.append(replace(group, statements=[]))
    return replace(description, groups=left), led_to
