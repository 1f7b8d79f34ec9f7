"""Terms as they are read."""

from __future__ import annotations

import pytest

from kunskapsgraf.graph.rdf import Literal, NamedNode
from kunskapsgraf.graph.terms import is_true
from kunskapsgraf.graph.vocabulary import XSD


@pytest.mark.parametrize(
    ("text", "datatype", "expected"),
    [
        # xsd:boolean has two writings of each value (XML Schema 2, section 3.3.2.1).
        ("true", "boolean", True),
        ("1", "boolean", True),
        ("false", "boolean", False),
        ("0", "boolean", False),
        # What Virtuoso gives for the value of a comparison.
        ("1", "integer", True),
        ("0", "integer", False),
    ],
)
def test_truth(text: str, datatype: str, expected: bool) -> None:
    """A truth value is read in each writing that engines have for it."""
    assert expected is is_true(Literal(text, datatype=NamedNode(XSD + datatype)))
