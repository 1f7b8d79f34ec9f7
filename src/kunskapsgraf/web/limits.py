"""What the front refused, answered before any view; ``web/intake.py`` has the bounds on addresses."""

from __future__ import annotations

from flask import Flask, abort, request

from kunskapsgraf.errors import SpoolFull

REFUSED = "kunskapsgraf.refused"
"""Under this name the front leaves the status with which a request is to be refused."""


def install(app: Flask) -> None:
    """Refuse what is past a bound, with the same pages and problems as any other error."""

    @app.before_request
    def refuse() -> None:
        status = request.environ.get(REFUSED)
        if status == 503:
            raise SpoolFull(
                "Förfrågan får inte plats på serverns disk. Skicka en mindre, eller försök igen senare.",
                "The request does not fit on the server's disk. Send a smaller one, or try again later.",
            )
        if status:
            abort(status)
