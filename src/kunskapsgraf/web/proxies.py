"""Behind a proxy: which ``X-Forwarded-*`` headers are believed, and addresses with a slash at their end.

A client may send these headers as well as a proxy. They count only where ``KUNSKAPSGRAF_PROXIES`` says how many proxies
stand before the service, each of which adds or replaces all of them; else nothing after this module sees them.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from kunskapsgraf.settings import Settings

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

HOST = re.compile(r"[A-Za-z0-9._-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")
_SHAPES = {
    "HTTP_X_FORWARDED_FOR": re.compile(r"[0-9A-Za-z.:_\[\]-]+"),
    "HTTP_X_FORWARDED_PROTO": re.compile(r"https?"),
    "HTTP_X_FORWARDED_HOST": HOST,
    # At least one character between slashes: "//another.host" would be a link that leaves.
    "HTTP_X_FORWARDED_PREFIX": re.compile(r"(/[A-Za-z0-9._~-]+)+/?"),
}
"""What a value may look like; one of another shape is dropped, since it ends up in links."""
_OTHERS = ("HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_SSL", "HTTP_X_FORWARDED_SCRIPT_NAME", "HTTP_FORWARDED")
LOCAL = "kunskapsgraf.local"
"""Under this name stands whether a request comes from this machine, and no proxy tells that it brought it."""
_TOLD_BY_PROXIES = (*_SHAPES, *_OTHERS, "HTTP_X_REAL_IP", "HTTP_VIA")
_EXACT = ("/id/", "/sida/", "/data/")
"""Addresses that are a thing's own IRI: what they end in belongs to the name."""


def install(app: Flask, settings: Settings) -> None:
    """Let an application see the address that the visitor sees."""
    inner = _without_last_slash(app.wsgi_app)
    if settings.proxies:
        if not settings.prefix:
            inner = _under_forwarded_prefix(inner, settings.proxies)
        count = settings.proxies
        inner = ProxyFix(inner, x_for=count, x_proto=count, x_host=count, x_prefix=0)
    app.wsgi_app = _believing(inner, settings.proxies)  # type: ignore[method-assign,assignment]


def _is_local(received: dict[str, Any]) -> bool:
    try:
        peer = ipaddress.ip_address(received.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return peer.is_loopback and not any(name in received for name in _TOLD_BY_PROXIES)


def client_of(received: dict[str, Any], proxies: int) -> str:
    """Name the client: the peer's address, or the one that the outermost of so many trusted proxies saw."""
    name = "HTTP_X_FORWARDED_FOR"
    hops = _parts(received, name)
    if _is_believed(received, name, proxies) and len(hops) >= proxies:
        return hops[-proxies]
    return str(received.get("REMOTE_ADDR", ""))


def _is_believed(received: dict[str, Any], name: str, proxies: int) -> bool:
    """Tell whether proxies are trusted, and each of them has added what a header of that name may hold."""
    return bool(proxies) and all(_SHAPES[name].fullmatch(part) for part in _parts(received, name))


def _believing(app: WsgiApp, proxies: int) -> WsgiApp:
    """Drop the headers that are not believed."""

    def serve(received: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        received[LOCAL] = _is_local(received)
        for name in _OTHERS:
            received.pop(name, None)
        for name in _SHAPES:
            if not _is_believed(received, name, proxies):
                received.pop(name, None)
        return app(received, start_response)

    return serve


def _under_forwarded_prefix(app: WsgiApp, proxies: int) -> WsgiApp:
    """Publish an application under the path that the outermost trusted proxy names."""

    def serve(received: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        parts = _parts(received, "HTTP_X_FORWARDED_PREFIX")
        if parts[0] and len(parts) >= proxies:
            prefix = parts[-proxies].rstrip("/")
            path = received.get("PATH_INFO", "")
            if path == prefix or path.startswith(prefix + "/"):
                received["PATH_INFO"] = path[len(prefix) :]
            received["SCRIPT_NAME"] = prefix
        return app(received, start_response)

    return serve


def _without_last_slash(app: WsgiApp) -> WsgiApp:
    """Let ``/sparql/`` be ``/sparql``, to whoever asks and to the headers that go by the path."""

    def serve(received: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = received.get("PATH_INFO", "")
        if path.endswith("/") and not path.startswith(_EXACT):
            received["PATH_INFO"] = path.rstrip("/") or "/"
        return app(received, start_response)

    return serve


def _parts(received: dict[str, Any], name: str) -> list[str]:
    """Give what each proxy added to a header, the nearest last; one empty part where it is missing."""
    return [part.strip() for part in received.get(name, "").split(",")]
