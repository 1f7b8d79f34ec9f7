"""Compile the message catalogues (.po) into the wheel, so that no generated file is committed."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from babel.messages import mofile, pofile
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Catalogues(BuildHookInterface):  # type: ignore[type-arg]
    """Write each catalogue's binary form below the build folder and add it to the wheel."""

    def initialize(self, _version: str, build_data: dict[str, Any]) -> None:
        """Compile before the wheel is packed."""
        root = Path(self.root)
        for source in (root / "src/kunskapsgraf/web/translations").rglob("*.po"):
            compiled = io.BytesIO()
            with source.open("rb") as stream:
                mofile.write_mo(compiled, pofile.read_po(stream))
            target = root / "build" / "catalogues" / f"{source.parents[1].name}.mo"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(compiled.getvalue())
            inside = source.relative_to(root / "src").with_suffix(".mo")
            build_data["force_include"][str(target)] = str(inside)
