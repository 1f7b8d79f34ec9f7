"""A list of a thing that is too long for its page, alone: ``?egenskap=kg:erbjuder``, or ``?egenskap=^kg:erbjuder``."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from contextlib import suppress

from flask import request

from kunskapsgraf.errors import BadRequest, NotFound, ParameterError
from kunskapsgraf.graph.rdf import NamedNode
from kunskapsgraf.reasoner.speech import term
from kunskapsgraf.web import context, entity
from kunskapsgraf.web.describe import MOST_OF_PART, describe_part
from kunskapsgraf.web.lookup import known


def page(candidates: Sequence[str], wanted: str) -> str:
    """Show a part of a list of the thing that one of several spellings of an IRI names.

    Raises ``BadRequest``, and ``Gone`` or ``NotFound`` where there is no such thing, list or page of it.
    """
    store = context.store()
    incoming, name = wanted.startswith("^"), wanted.removeprefix("^")
    number = request.args.get("sida", "1")
    if not re.fullmatch(r"[1-9][0-9]{0,5}", number):
        raise BadRequest(f"sida={number!r}: ange ett sidnummer från 1.", f"sida={number!r}: give a page number from 1.")
    scheme = name.partition(":")[0]
    is_whole = ":" in name and scheme not in store.names.prefixes()  # an IRI of no namespace with a prefix
    predicate = term(f"<{name}>" if is_whole else name, store.names)
    if not isinstance(predicate, NamedNode):
        raise BadRequest("egenskap ska vara en IRI, inte en text.", "egenskap must be an IRI, not a text.")
    for iri in candidates:
        with suppress(ParameterError):  # no IRI can hold that letter
            if found := describe_part(store, iri, (incoming, predicate.value), int(number)):
                return entity.part_page(found, int(number), math.ceil(found.groups[0].total / MOST_OF_PART))
    known(candidates)
    raise NotFound(
        f"Saken har ingen sida {number} av listan egenskap={wanted[:200]}. Listorna nås från sakens sida.",
        f"The thing has no page {number} of the list egenskap={wanted[:200]}. Its lists are linked from its page.",
    )
