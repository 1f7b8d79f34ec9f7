"""The page with the query form, which script makes an editor of: empty, with an answer, or with what is wrong."""

from __future__ import annotations

from typing import Any

from flask import current_app, g, render_template

from kunskapsgraf.web import context


def form(**given: Any) -> str:
    """Render the page; ``given`` holds the query, the chosen graphs, and the answer or the ``problem``."""
    g.shows_editor = current_app.jinja_env.globals["has_editor"]
    return render_template("sparql.html", limits=context.settings(), advice=g.get("advice", []), **given)


def shows_editor() -> bool:
    """Tell whether the answer to this request is that page, with script."""
    return bool(g.get("shows_editor", False))
