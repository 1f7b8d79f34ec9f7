"""Serve the application with granian (ASGI): one web process, an event loop before threads; queries run in processes of their own."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import socket
from collections.abc import Callable, Iterable
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

from kunskapsgraf import settings as settings_module
from kunskapsgraf.errors import KunskapsgrafError, SettingError
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.opening import opened
from kunskapsgraf.graph.snapshot import current
from kunskapsgraf.options import SETTINGS
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import advice, create_app, operations
from kunskapsgraf.web.express import Express
from kunskapsgraf.web.front import Front, WsgiApp
from kunskapsgraf.web.journal import Journal

HEADER_SECONDS = 10
"""A client that has not sent its headers by then is let go; it holds no thread."""
_HEAPS = ((-8, 2), (-3, 128 * 1024), (-1, 128 * 1024))
"""M_ARENA_MAX, M_MMAP_THRESHOLD and M_TRIM_THRESHOLD of malloc.h, with their values."""
_HEADER_BYTES = 8192 + 4096 * 100


def application() -> Front:
    """Build the application from the environment; granian calls this in its worker process."""
    keep_heaps_small()
    allow_files()
    loaded = settings_module.load(os.environ)
    journal = Journal(loaded)
    store = opened(loaded, journal.query)
    journal.watch(store)
    app = create_app(loaded, store)
    operations.install(app, journal)
    express = None
    if isinstance(store, EmbeddedStore):
        store.pool.prepare()
        express = Express(loaded, store, advice.terms_of(app))
    else:
        with contextlib.suppress(KunskapsgrafError):  # an engine may be started later; /redo says when it answers
            store.version()
    return Front(mounted(app, loaded.prefix), loaded, store, journal, express)


def keep_heaps_small() -> None:
    """Let memory go back when answers are gone, where the C library has a word for it (glibc's mallopt(3)).

    Threads share two heaps: each would get one of its own, up to eight for a processor. A piece of 128 kB or more lies
    outside them, and stays so: glibc would raise that bound to the largest piece it has seen freed, up to 32 MB, and
    texts and answers of that size leave holes: 20,000 mutated queries made the process grow by 105 MB, and so by 65.
    """
    with contextlib.suppress(AttributeError, OSError):
        library = ctypes.CDLL(None)
        for parameter, value in _HEAPS:
            library.mallopt(parameter, value)


def allow_files() -> None:
    """Let as many files be open as the system lets this process have: clients at a time, and pipes of workers beside them."""
    with contextlib.suppress(OSError, ValueError):
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def mounted(app: WsgiApp, prefix: str) -> WsgiApp:
    """Publish an application under a path, whether or not the proxy has taken the path off (PEP 3333, SCRIPT_NAME)."""
    if not prefix:
        return app

    def under(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == prefix or path.startswith(prefix + "/"):
            environ["PATH_INFO"] = path[len(prefix) :]
        environ["SCRIPT_NAME"] = prefix
        return app(environ, start_response)

    return under


def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Serve until told to stop; ``announce`` is given the address when the port is known.

    Raises ``SnapshotError`` where there is nothing to serve. Every byte of it was compared before by whoever calls.
    """
    if not settings.store:
        current(settings.home)
    port = _free_port(settings.host, settings.port)
    # The worker process reads its settings from the environment: the same table, the same values.
    for row in SETTINGS:
        value = getattr(settings, row.name)
        os.environ[row.variable] = "" if value is None else str(value)
    os.environ["PORT"] = str(port)
    server = Granian(
        "kunskapsgraf.web.server:application",
        factory=True,
        address=settings.host,
        port=port,
        interface=Interfaces.ASGINL,
        workers=1,
        # HTTP/2 comes over TLS, which is a proxy's; in the clear it would be a way past the bounds on headers.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000, max_buffer_size=_HEADER_BYTES),
        # What runs when the server is told to stop may end in its own time, and no later.
        workers_kill_timeout=int(settings.query_seconds) + 5,
        websockets=False,
        log_enabled=False,
        respawn_failed_workers=True,
    )
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    server.on_startup(lambda: announce(f"http://{host}:{port}{settings.prefix}/"))
    server.serve()


def _free_port(host: str, port: int) -> int:
    """Find a free port, or make sure that the one asked for is: granian would share it with another server."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # As servers do: an address in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingError(
                f"Det går inte att lyssna på {host}:{port} ({error.strerror}). Stoppa den andra servern, eller välj en "
                "annan PORT eller KUNSKAPSGRAF_HOST (en IP-adress).",
                f"Cannot listen on {host}:{port} ({error.strerror}). Stop the other server, or choose another PORT or "
                "KUNSKAPSGRAF_HOST (an IP address).",
            ) from error
        found: int = probe.getsockname()[1]
        return found
