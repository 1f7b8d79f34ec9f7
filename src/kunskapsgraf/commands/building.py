"""Commands that read sources: build, check, impact, infer."""

from __future__ import annotations

import argparse
import time

from kunskapsgraf.errors import BadRequest
from kunskapsgraf.settings import Settings
from kunskapsgraf.terminal import lines, progress, say, write


def build(options: argparse.Namespace, loaded: Settings) -> int:
    """Build the snapshot of the sources, or inside an engine where one is named."""
    if loaded.store:
        return _build_inside(options, loaded)
    if options.loaded or options.take_over:
        raise BadRequest(
            "--loaded och --take-over gäller bygge i en motor. Ange dess adress i KUNSKAPSGRAF_STORE.",
            "--loaded and --take-over are for building in an engine. Set its address in KUNSKAPSGRAF_STORE.",
        )
    from kunskapsgraf.pipeline import build as building  # noqa: PLC0415 - the reasoner is slow to import

    began = time.monotonic()
    snapshot = building.build(loaded, progress(loaded.language))
    quads = sum(snapshot.manifest.graphs.values())
    seconds = time.monotonic() - began
    done = {
        "sv": f"{snapshot.manifest.version}: {quads} satser på {seconds:.1f} s",
        "en": f"{snapshot.manifest.version}: {quads} statements in {seconds:.1f} s",
    }
    say(done[loaded.language])
    return 0


def _build_inside(options: argparse.Namespace, loaded: Settings) -> int:
    from kunskapsgraf.graph.remote import remote  # noqa: PLC0415 - only with an engine
    from kunskapsgraf.pipeline.inside import build as inside  # noqa: PLC0415 - as in build

    engine = remote(loaded, loaded.store, loaded.store_update, loaded.store_data)
    shown = inside.build(loaded, engine, lines(loaded.language), loaded=options.loaded, take_over=options.take_over)
    statements = sum(number for _, number in shown.graphs.values())
    print(f"{shown.version}: {statements} {'statements' if loaded.language == 'en' else 'satser'}")
    return 0


def check(_options: argparse.Namespace, loaded: Settings) -> int:
    """Read and check the sources, and say how many statements they are."""
    from kunskapsgraf.pipeline.build import checked  # noqa: PLC0415 - as in build

    corpus = checked(loaded, progress(loaded.language))
    said = {
        "sv": f"{len(corpus.files)} filer och {len(corpus.quads)} satser; inga fel",
        "en": f"{len(corpus.files)} files and {len(corpus.quads)} statements; no errors",
    }
    say(said[loaded.language])
    return 0


def impact(options: argparse.Namespace, loaded: Settings) -> int:
    """Say what a change of a file would do."""
    from kunskapsgraf.pipeline.impact import told  # noqa: PLC0415 - as in build

    write(told(loaded, options.file, options.source, remove=options.remove, format_name=options.format).encode())
    return 0


def infer(options: argparse.Namespace, loaded: Settings) -> int:
    """Infer inside another engine."""
    from kunskapsgraf.graph.remote import remote  # noqa: PLC0415 - only this command needs it
    from kunskapsgraf.pipeline import materialise  # noqa: PLC0415 - as in build

    engine = remote(loaded, options.endpoint, options.update)
    if options.clean:
        print(materialise.cleaned(engine, loaded.language))
        return 0
    done = materialise.materialise(loaded, engine, options.graph, options.data, replace=options.replace)
    print(materialise.told(done, loaded.language))
    return 0
