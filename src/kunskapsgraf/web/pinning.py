"""Addresses that name a version: ``?version=`` shows a view of that version or, where another one serves, says so.

Only the served snapshot answers: another would need query processes and memory of its own, and is removed by a later build.
So an address that names another is 410 with what serves now and what has changed since: no number stands under a version that
it is not of. What asks the endpoint or the graph store follows its own protocol, where ``version`` may mean something else.
"""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, Response, g, request

from kunskapsgraf.errors import BadRequest, KunskapsgrafError, NotFound, SnapshotError, VersionGone
from kunskapsgraf.graph import history
from kunskapsgraf.web import context, selfdescription
from kunskapsgraf.web.links import Links

PARAMETER = "version"
_APART = ("static", "sparql.", "graphstore.", "operations.", "versions.")
"""What begins the names of the routes whose addresses are not pinned."""


def install(app: Flask) -> None:
    """Let an application answer addresses that name a version."""
    app.jinja_env.globals["served_version"] = served_version

    @app.before_request
    def refuse_others() -> None:
        wanted = {value for value in request.args.getlist(PARAMETER) if value}
        if not wanted or request.method not in ("GET", "HEAD") or (request.endpoint or "static").startswith(_APART):
            return
        if len(wanted) > 1:
            raise BadRequest(
                f"Adressen har flera {PARAMETER}. Ange en.", f"The address has several {PARAMETER}. Give one."
            )
        [g.pinned] = wanted
        _refuse_another(g.pinned)

    @app.after_request
    def refuse_late(response: Response) -> Response:
        """Refuse what was asked of two versions, since another took over while it was made."""
        pinned = g.get("pinned")
        if pinned is None or response.status_code >= 400:
            return response
        try:
            _refuse_another(pinned)
        except KunskapsgrafError as error:
            response.close()
            return app.make_response(app.handle_user_exception(error))
        return response


def _refuse_another(pinned: str) -> None:
    """Raise ``VersionGone`` where another version serves, and ``NotFound`` where there never was one of the name."""
    served = context.store().version()
    if pinned == served:
        return
    home = context.settings().home
    if pinned not in {*(one.name for one in history.versions(home)), *history.kept(home)}:
        raise NotFound(
            f"Här är ingen version {pinned[:100]!r} av grafen känd. De som har serverats här står på /versioner.",
            f"No version {pinned[:100]!r} of the graph is known here. Those that were served here stand at /versioner.",
        )
    raise VersionGone(
        f"Adressen gäller version {pinned} av grafen, och nu serveras version {served}. Siffrorna kan ha ändrats och visas "
        "därför inte under den adressen.",
        f"The address is of version {pinned} of the graph, and version {served} is served now. The figures may have "
        "changed, so they are not shown under that address.",
        pinned,
        served,
    )


def served_version() -> str:
    """Name the served version for the foot of a page; empty where there is none, which a page of error may tell."""
    try:
        return context.store().version()
    except SnapshotError:
        return ""


def present() -> str:
    """Give the address of this view as it is now, whatever version serves."""
    arguments = {key: values for key, values in request.args.lists() if key != PARAMETER}
    return Links(context.store().names).to(quote(request.path), **arguments)


def permalink(address: str = "") -> str:
    """Give in full the address of a view of the served version; without one, of the view that is shown."""
    where = address or present()
    if where.startswith(request.script_root + "/"):
        where = selfdescription.on_this_host(where)
    where, mark, fragment = where.partition("#")
    return f"{where}{'&' if '?' in where else '?'}{PARAMETER}={context.store().version()}{mark}{fragment}"


def members(error: VersionGone) -> dict[str, str]:
    """Tell programs, and the page of the error, where to go on."""
    full, links = selfdescription.on_this_host, Links(context.store().names)
    return {
        "version": error.version,
        "servedVersion": error.served,
        "present": full(present()),
        "changes": full(links.to(f"/versioner/{quote(error.version)}/{quote(error.served)}")),
    }
