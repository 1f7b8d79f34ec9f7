"""The overviews: the views of the whole graph that every page leads to. A new one is one line in ``overviews``."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask
from flask_babel import gettext


@dataclass(frozen=True)
class Overview:
    """A view: its address, its name in the navigation, and what it tells."""

    path: str
    name: str
    says: str


def overviews() -> list[Overview]:
    """Give the overviews in the order of the navigation, in the visitor's language."""
    return [
        Overview("/evidenskarta", gettext("Evidenskarta"), gettext("Vad som är känt, påstått och inte bedömt om varje metod")),
        Overview("/evidensprofil", gettext("Evidensprofil"), gettext("Vad det som erbjuds vilar på, här eller i allt")),
        Overview("/jamfor", gettext("Jämför"), gettext("Kommuner, metoder eller källor sida vid sida")),
        Overview("/samverkan", gettext("Samverkan"), gettext("Vem som arbetar med vem, och om vad")),
        Overview("/indikatorer", gettext("Indikatorer"), gettext("Mått år för år, med seriebrott och anmärkningar")),
        Overview("/kvalitet", gettext("Kvalitet"), gettext("Var grafen är svag")),
    ]  # fmt: skip


def install(app: Flask) -> None:
    """Give the templates ``overviews``."""
    app.jinja_env.globals["overviews"] = overviews
