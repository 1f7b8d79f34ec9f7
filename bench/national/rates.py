"""How many instances of each class there are for each service."""

from __future__ import annotations

RATES = {
    "Belagg": 8.5,
    "Passage": 5.1,
    "Iakttagelse": 2.6,
    "Begrepp": 2.0,
    "Forutsattning": 0.82,
    "Menypost": 0.78,
    "EjAngivet": 0.69,
    "Definition": 0.63,
    "Bemanning": 0.63,
    "Handelse": 0.55,
    "Verksamhet": 0.52,
    "Motsagelse": 0.46,
    "Deltagaruppgift": 0.43,
    "Evidensutsaga": 0.40,
    "Mangduppgift": 0.40,
    "Frekvens": 0.39,
    "Forslag": 0.39,
    "Anmarkning": 0.38,
    "Varaktighet": 0.34,
    "Rekommendation": 0.30,
    "Samarbete": 0.26,
    "Onskemal": 0.25,
    "Tendens": 0.22,
    "Arbetssatt": 0.22,
    "Statistikuppgift": 0.22,
    "Beskrivning": 0.20,
    "Kapacitet": 0.15,
    "Stolthet": 0.10,
    "Resultat": 0.10,
}
"""Instances for each service. Begrepp are 5.7 in ``data/ttl``, most of them in the editorial vocabulary."""
