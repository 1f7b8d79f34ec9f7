"""The tables of a page, written once for each snapshot, language and address of the service: they change with nothing else."""

from __future__ import annotations

from flask import current_app, render_template, request
from markupsafe import Markup

from kunskapsgraf.graph.cache import Cache
from kunskapsgraf.web import context, language
from kunskapsgraf.web.kinds.kind import Kind, Told

_KEPT = "kunskapsgraf-tables"
_KEPT_BYTES = 16_000_000
"""Some two hundred large places or methods."""


def tables(kind: Kind, told: Told, **more: object) -> Markup:
    """Write what the template of a kind tells of a thing; empty where the kind has none, or nothing to tell."""
    if not kind.template:
        return Markup("")
    kept: Cache[Markup] = current_app.extensions.setdefault(_KEPT, Cache(_KEPT_BYTES))
    iri, version = told.description.iri, context.store().version()
    key = (iri, language.current(), language.by_link(), request.script_root)
    if (written := kept.get(version, key)) is None:
        part = kind.data(told)
        text = render_template(f"kinds/{kind.template}", part=part, iri=iri, **more) if part is not None else ""
        written = Markup(text)  # noqa: S704 - a template's own
        kept.put(version, key, written, len(text) + len(iri))
    return written
