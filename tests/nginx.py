"""A real nginx before a real server, as those who publish a service put it: under a path, with or without TLS said."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

FOUND = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
NEEDED = pytest.mark.skipif(not FOUND, reason="nginx is missing: apt-get install nginx")
CONFIGURATION = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  merge_slashes off;
  server {{
    listen 127.0.0.1:{port};
    location {path}/ {{
      proxy_pass {upstream};
      {headers}
    }}
  }}
}}
"""


def free_port() -> int:
    """Find a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
        return found


def wait_for(port: int, log: Path) -> None:
    """Wait until something listens on a port; its log tells why nothing does."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError(log.read_text(encoding="utf-8"))


@contextmanager
def before(folder: Path, upstream: str, path: str, headers: dict[str, str]) -> Iterator[str]:
    """Run nginx that hands what is below a path to a server, with request headers of its own; give its address."""
    port = free_port()
    said = "\n      ".join(f"proxy_set_header {name} {value};" for name, value in headers.items())
    text = CONFIGURATION.format(folder=folder, port=port, path=path, upstream=upstream, headers=said)
    file = folder / "nginx.conf"
    file.write_text(text, encoding="utf-8")
    process = subprocess.Popen([FOUND or "nginx", "-e", str(folder / "error.log"), "-c", str(file)])
    try:
        wait_for(port, folder / "error.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=60)
