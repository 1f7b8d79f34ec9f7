"""What a worker says of a query that it could not answer, as an error of ours."""

from __future__ import annotations

import textwrap
from typing import Any

from kunskapsgraf.errors import NotAcceptable, QueryCrash, QuerySyntaxError, ResultTooLarge
from kunskapsgraf.settings import Settings


def raise_for(head: dict[str, Any], settings: Settings, request: dict[str, Any]) -> None:
    """Raise the error that the head of an answer names, in both languages; do nothing where it names none."""
    # The engine lists every terminal that it expected, over several lines; the first few are enough.
    said = textwrap.shorten(head.get("message", ""), 200, placeholder=" ...")
    match head.get("error"):
        case None:
            return
        case "syntax":
            line, column = head.get("line"), head.get("column")
            where = f" (rad {line}, kolumn {column})" if line else ""
            where_en = f" (line {line}, column {column})" if line else ""
            refused = QuerySyntaxError(
                f"Frågan går inte att tolka{where}: {said}",
                f"The query cannot be parsed{where_en}: {said}",
                line=line,
                column=column,
            )
            refused.said = head["message"]
            raise refused
        case "large":
            most = request["most_bytes"]
            raise ResultTooLarge(
                f"Svaret är större än {most} byte. Lägg till LIMIT, välj färre kolumner, eller hämta det som CSV.",
                f"The result is larger than {most} bytes. Add LIMIT, select fewer columns, or fetch it as CSV.",
            )
        case "rows":
            rows = request["most_rows"]
            raise ResultTooLarge(
                f"Svaret har fler än {rows} rader. Lägg till LIMIT och OFFSET, eller begränsa mönstret.",
                f"The result has more than {rows} rows. Add LIMIT and OFFSET, or narrow the pattern.",
            )
        case "format":
            raise NotAcceptable(
                "Svaret innehåller trippeltermer (RDF 1.2), som formatet inte kan bära. Välj Turtle eller N-Triples.",
                "The answer holds triple terms (RDF 1.2), which the format cannot carry. Choose Turtle or N-Triples.",
            )
        case "memory":
            raise QueryCrash(
                f"Frågan avbröts: den krävde mer än {settings.query_megabytes} MB minne.",
                f"The query was stopped: it needed more than {settings.query_megabytes} MB of memory.",
            )
        case _:
            raise QuerySyntaxError(f"Frågan kunde inte besvaras: {said}", f"The query failed: {said}")
