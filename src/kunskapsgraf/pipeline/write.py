"""Write: one change, from what a client sent to the snapshot that holds it; all of it, or nothing.

Run as ``python -m kunskapsgraf.pipeline.write``, with settings and change on standard input; it answers one line of JSON.
Nothing that was acknowledged is lost, and an end at any moment leaves the old or the new:

1. the lock of the build is taken, and the snapshot of what is on disk now made sure of;
2. the change is evaluated on it (``graph/evaluation.py``), within the limits of a query;
3. a patch with what differs is written under a temporary name and flushed;
4. the snapshot with the patch is built as every snapshot is, with its checks and its reasoner, and compared with the served;
5. the patch gets its number and is flushed; the pointer is swapped; the client is answered.

An end between the two acts of step 5 leaves a patch that nobody was told of: the next build takes it in.
"""

from __future__ import annotations

import json
import os
import pickle
import re
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime

from kunskapsgraf.errors import (
    BuildRunning,
    CheckFailed,
    DiskFull,
    KunskapsgrafError,
    SourceError,
)
from kunskapsgraf.graph.confinement import virtual_bytes
from kunskapsgraf.graph.errand import busy, too_slow
from kunskapsgraf.graph.rdf import NamedNode
from kunskapsgraf.graph.snapshot import Snapshot, pointed
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.graph.writing import Change, Written
from kunskapsgraf.pipeline import difference, evaluate, load, patches
from kunskapsgraf.pipeline.build import make, serve
from kunskapsgraf.pipeline.patches import Patch
from kunskapsgraf.pipeline.read import line_in
from kunskapsgraf.settings import Settings


def write(settings: Settings, change: Change) -> Written:
    """Carry out a change; raises ``NotWritable``, ``NotFound``, ``SourceError``, a ``QueryError``, ``Overloaded`` or ``DiskFull``."""
    names = Names(settings.base)
    evaluate.refuse_unwritable(change, names)
    operations = evaluate.operations(settings, change, names)
    with ExitStack() as held:
        _take_lock(held, settings)
        held.enter_context(_disk_full_told(settings))
        deadline = time.monotonic() + settings.write_seconds
        patches.clean(settings.patch_folder)
        before = patches.listed(settings.patch_folder)
        stands = make(settings, before)
        if change.operation == "delete" and change.graph not in stands.manifest.graphs:
            raise evaluate.no_such_graph(change.graph)
        body = evaluate.evaluate(settings, change, operations, stands)
        if not body:
            difference.note(settings.home, stands, names)
            _point(settings, stands)
            return Written(stands.manifest.version, 0, 0)
        time_of_day = datetime.now(UTC).isoformat(timespec="seconds")
        patch = patches.write(settings.patch_folder, change.author, time_of_day, body)
        held.callback(patch.path.unlink, missing_ok=True)
        with _placed_in(change, patch):
            made = make(settings, [*before, patch])
        difference.note(settings.home, made, names)
        if time.monotonic() > deadline:
            raise too_slow(settings.write_seconds)
        patches.accept(patch)
        _point(settings, made)
        marks = [mark for mark, _, _ in patch.lines]
        created = change.operation in ("put", "post") and change.graph not in stands.manifest.graphs
        return Written(made.manifest.version, marks.count("A"), marks.count("D"), created)


def _take_lock(held: ExitStack, settings: Settings) -> None:
    end = time.monotonic() + settings.wait_seconds
    while True:
        try:
            held.enter_context(load.building(settings.home))
        except BuildRunning:
            if time.monotonic() >= end:
                raise busy(settings.wait_seconds) from None
            time.sleep(0.05)
        else:
            return


def _point(settings: Settings, snapshot: Snapshot) -> None:
    if pointed(settings.home) != snapshot.manifest.version:
        serve(settings, snapshot)


@contextmanager
def _placed_in(change: Change, patch: Patch) -> Iterator[None]:
    """Let the errors of a build name the lines of what the client sent, in place of those of the patch."""
    try:
        yield
    except SourceError as error:
        sent = [change.text] if change.text else [one.body.decode("utf-8", "replace") for one in change.documents]
        subjects = {line: quad.subject for _, quad, line in patch.lines}
        pattern = re.compile(re.escape(str(patch.path)) + r"(?::(\d+))?")
        lines: list[int] = []

        def place(found: re.Match[str], word: str, unknown: str) -> str:
            subject = subjects.get(int(found[1] or 0))
            for number, text in enumerate(sent, 1):
                if line := isinstance(subject, NamedNode) and line_in(text, subject.value):
                    lines.append(line)
                    return f"{word} {line}" + (f" ({number})" if len(sent) > 1 else "")
            return unknown

        def in_swedish(text: str) -> str:
            text = pattern.sub(lambda found: place(found, "rad", "det som skickades"), text)
            return text.replace("i källfilerna; inget byggdes", "i ändringen; inget skrevs")

        def in_english(text: str) -> str:
            text = pattern.sub(lambda found: place(found, "line", "what was sent"), text)
            return text.replace("in the source files; nothing was built", "in the change; nothing was written")

        error.sv, error.en = in_swedish(error.sv), in_english(error.en)
        error.args = (error.sv,)
        if isinstance(error, CheckFailed):
            error.violations = tuple((in_swedish(sv), in_english(en)) for sv, en in error.violations)
        error.line = lines[0] if lines else None
        raise


@contextmanager
def _disk_full_told(settings: Settings) -> Iterator[None]:
    """Say that the disk is full in place of the errors of the system and of the engine that mean it."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        if not load.is_full(error):
            raise
        raise DiskFull(
            f"Disken är full: ändringen fick inte plats i {settings.home}. Inget skrevs; det som serverades serveras än. "
            "Frigör utrymme och försök igen.",
            f"The disk is full: the change had no room in {settings.home}. Nothing was written; what was served still is. "
            "Make room and try again.",
        ) from error


def _confine(megabytes: int) -> None:
    """Bound the memory of this process to what it uses now and so much more; what it starts may set bounds of its own."""
    used = virtual_bytes()
    if used:
        most = used + megabytes * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _answer() -> dict[str, object]:
    settings, change = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started this one, by pipe
    _confine(settings.write_megabytes)
    try:
        return {"written": asdict(write(settings, change))}
    except KunskapsgrafError as error:
        return {"error": type(error).__name__, "state": vars(error)}
    except MemoryError:
        return {}


def main() -> None:
    """Carry out the change on standard input, and answer by one line."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # the answer owns standard output
    answer = _answer()
    if answer:
        answers.write(json.dumps(answer) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
