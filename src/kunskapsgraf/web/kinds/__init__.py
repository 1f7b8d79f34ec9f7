"""Pages by kind: what a page says first of a thing of its kind, how it groups what is said, and what it adds.

One module per kind that needs its own words. Each has a ``KIND``: the class it is for, a lead, the sections of its statements
and, where it has more to show, a template of ``templates/kinds/`` with the data that the template needs. A thing's kind is
the first one in ``KINDS`` whose class is among its types, so those of subclasses stand before those of their classes.
"""

from __future__ import annotations

from kunskapsgraf.graph.vocabulary import RDF_TYPE
from kunskapsgraf.web.describe import Description
from kunskapsgraf.web.kinds import (
    indikator,
    insats,
    kalla,
    kommun,
    malgrupp,
    metod,
    samarbete,
    term,
    uttalande,
    verksamhet,
)
from kunskapsgraf.web.kinds.kind import ANY, Kind

KINDS: tuple[Kind, ...] = (
    kommun.KIND,
    kommun.PART,
    kommun.DISTRICT,
    insats.KIND,
    verksamhet.KIND,
    metod.KIND,
    malgrupp.KIND,
    samarbete.KIND,
    uttalande.EVIDENCE,
    uttalande.RECOMMENDATION,
    uttalande.OTHER,
    kalla.KIND,
    kalla.PASSAGE,
    indikator.KIND,
    *term.KINDS,
)


def kind_of(description: Description, terms: str) -> Kind:
    """Choose the kind of a thing by its classes; ``ANY`` where none fits. ``terms`` is the namespace of our terms."""
    types = {
        str(getattr(statement.triple.object, "value", ""))
        for group in description.groups
        if group.predicate == RDF_TYPE and not group.incoming
        for statement in group.statements
    }
    return next((kind for kind in KINDS if kind.class_iri(terms) in types), ANY)
