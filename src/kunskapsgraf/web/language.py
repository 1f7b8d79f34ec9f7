"""Two languages: by link (``?lang=``), else by ``Accept-Language``, else the setting. Swedish is the text's own."""

from __future__ import annotations

from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel

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
    if not has_request_context():
        return None
    if "language_by_link" not in g:  # each link asks
        chosen = request.args.get("lang")
        g.language_by_link = chosen if chosen in LANGUAGES else None
    found: str | None = g.language_by_link
    return found


def current() -> str:
    """Give the language of this answer: "sv" or "en"."""
    if not has_request_context():
        return "sv"
    if "language" not in g:  # a page asks some hundreds of times
        default: str = current_app.config["LANGUAGE"]
        accepted = request.accept_languages.best_match(LANGUAGES, default) if request.accept_languages else None
        g.language = by_link() or accepted or default
    return str(g.language)
