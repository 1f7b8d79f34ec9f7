"""How the command line writes: whole results to standard output, and to a person at a terminal how it goes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path


def drop_output() -> None:
    """Let go of output that cannot be written, or Python would try again when it ends, and complain."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write(body: bytes) -> None:
    """Write a whole result; unbuffered (PYTHONUNBUFFERED), one call may take a part of it and say no more."""
    rest = memoryview(body)
    while rest:
        rest = rest[sys.stdout.buffer.write(rest) :]


def save(path: Path, body: bytes) -> None:
    """Write a whole result to a file, which takes its place when it is whole; a pipe or a device is written as it is."""
    if path.exists() and not path.is_file():
        path.write_bytes(body)
        return
    making = path.with_name(f".{path.name}.making")
    try:
        making.write_bytes(body)
        making.replace(path)
    except OSError:
        making.unlink(missing_ok=True)
        raise


def progress(language: str) -> Callable[[str, str, int, int], None]:
    """Give what shows progress at a terminal: called with a step in two languages, its number and how many there are."""

    def show(sv: str, en: str, number: int, of: int) -> None:
        if sys.stderr.isatty():
            text = en if language == "en" else sv
            print(
                f"\r\033[K[{'#' * number}{'.' * (of - number)}] {number}/{of} {text} ",
                end="",
                file=sys.stderr,
                flush=True,
            )

    return show


def lines(language: str) -> Callable[[str, str, int, int], None]:
    """Give what tells the progress of long work, a line each time, also where nobody looks but a log."""

    def show(sv: str, en: str, number: int, of: int) -> None:
        print(f"[{number}/{of}] {en if language == 'en' else sv}", file=sys.stderr, flush=True)

    return show


def say(text: str) -> None:
    """Tell a person at a terminal how it went; in a pipe, stay quiet."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", file=sys.stderr)
