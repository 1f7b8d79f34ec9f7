"""Two languages: by link (``?lang=``), else by ``Accept-Language``, else the setting. Swedish is the text's own."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, has_request_context, request
from flask_babel import Babel

from kunskapsgraf.graph.rdf import Literal
from kunskapsgraf.settings import Settings

LANGUAGES = ("sv", "en")


def install(app: Flask, settings: Settings) -> None:
    """Let pages and messages follow the visitor's language."""
    app.config["BABEL_DEFAULT_LOCALE"] = settings.language
    app.config["LANGUAGE"] = settings.language
    Babel(app, locale_selector=current)
    app.jinja_env.globals["language"] = current


def by_link() -> str | None:
    """Give the language that the address names, if it names one."""
    chosen = request.args.get("lang") if has_request_context() else None
    return chosen if chosen in LANGUAGES else None


def current() -> str:
    """Give the language of this answer: "sv" or "en"."""
    if not has_request_context():
        return "sv"
    from flask import current_app  # noqa: PLC0415 - needs the request context checked above

    default: str = current_app.config["LANGUAGE"]
    if not request.accept_languages:
        return by_link() or default
    return by_link() or request.accept_languages.best_match(LANGUAGES, default) or default


def best(labels: Iterable[Literal], language: str) -> Literal | None:
    """Choose a label: the language, its variants, the other language, untagged, anything; then by text."""
    order = (language, "en" if language == "sv" else "sv", None)

    def rank(label: Literal) -> tuple[int, str]:
        tag = label.language.split("-")[0] if label.language else None
        return (order.index(tag) * 2 + (label.language != tag) if tag in order else 9, label.value)

    return min(labels, key=rank, default=None)
