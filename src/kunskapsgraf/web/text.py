"""Texts of the graph as pages show them: bounded, directions that end where the text ends, no control characters.

The data hold every text as it is; a page that shows less says so and links to them.
"""

from __future__ import annotations

import re

from flask import Flask, Response
from markupsafe import Markup

LONGEST_TEXT = 4_000
"""Letters of a text that a page shows; it tells how many there are, and leads to the whole."""
_TURNED = re.compile(
    "[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
"""Letters that are written from right to left, and marks of direction."""
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]|\xef\xbf[\xbe\xbf]")
"""In UTF-8, what no page may hold (HTML, section 13.1): control characters and what is no character."""
_REPLACED = "\N{REPLACEMENT CHARACTER}".encode()


def install(app: Flask) -> None:
    """Give the templates the filter ``directed`` and the bound ``longest_text``; let no page hold a control character."""
    app.jinja_env.filters["directed"] = directed
    app.jinja_env.globals["longest_text"] = LONGEST_TEXT

    @app.after_request
    def replace_controls(response: Response) -> Response:
        if (
            response.mimetype == "text/html"
            and not response.is_streamed
            and _CONTROL.search(body := response.get_data())
        ):
            response.set_data(_CONTROL.sub(_REPLACED, body))
        return response


def directed(text: str) -> Markup:
    """Write a text so that letters from right to left turn nothing around them (HTML, section 4.5.24)."""
    return Markup("<bdi>{}</bdi>").format(text) if _TURNED.search(text) else Markup.escape(text)
