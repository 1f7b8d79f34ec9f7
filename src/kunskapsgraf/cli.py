"""The command line: what is said of errors, and by which exit code; what a command does stands in ``commands/``.

Exit codes: 0 done; 1 the sources or a check stopped it; 2 wrong usage; 3 no snapshot, or damaged; 4 a query got no
answer; 5 another build is running; 6 a build has no room on the disk.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kunskapsgraf import settings
from kunskapsgraf.arguments import parser
from kunskapsgraf.commands import asking, building, serving, tables, verifying
from kunskapsgraf.errors import (
    BadRequest,
    BuildRunning,
    DiskFull,
    EndpointError,
    KunskapsgrafError,
    NotAcceptable,
    NotFound,
    Overloaded,
    QueryError,
    SettingError,
    SnapshotError,
    SourceError,
    UnfairUse,
)
from kunskapsgraf.terminal import drop_output

EXIT_CODES: tuple[tuple[type[KunskapsgrafError], int], ...] = (
    (SourceError, 1),
    (SettingError, 2),
    (BadRequest, 2),
    (NotFound, 2),
    (NotAcceptable, 2),
    (SnapshotError, 3),
    (QueryError, 4),
    (Overloaded, 4),
    (UnfairUse, 4),
    (EndpointError, 4),
    (BuildRunning, 5),
    (DiskFull, 6),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; give the exit code."""
    options = parser(COMMANDS).parse_args(arguments)
    language = "en" if os.environ.get("KUNSKAPSGRAF_LANGUAGE", "").strip() == "en" else "sv"
    try:
        loaded = settings.load(os.environ)
        if getattr(options, "sources", None):
            loaded = replace(loaded, sources=Path(options.sources))
        result: int = options.run(options, loaded)
        sys.stdout.flush()
    except KunskapsgrafError as error:
        print(f"kunskapsgraf: {error.message(language)}", file=sys.stderr)
        return next((code for kind, code in EXIT_CODES if isinstance(error, kind)), 1)
    except BrokenPipeError:
        # The reader of a pipe has seen enough (head); nothing is wrong.
        drop_output()
        return 0
    except (OSError, UnicodeError) as error:
        texts = {
            "sv": f"{error}. Kontrollera sökvägen, rättigheterna och utrymmet på disken.",
            "en": f"{error}. Check the path, the permissions and the space on the disk.",
        }
        print(f"kunskapsgraf: {texts[language]}", file=sys.stderr)
        drop_output()
        return 1
    except KeyboardInterrupt:
        return 130
    else:
        return result


COMMANDS = {
    "build": building.build,
    "check": building.check,
    "serve": serving.serve,
    "pack": serving.pack,
    "query": asking.query,
    "report": asking.report,
    "explain": asking.explain,
    "impact": building.impact,
    "import": tables.bring,
    "mall": tables.template,
    "infer": building.infer,
    "verify-store": verifying.verify_store,
    "export": serving.export,
    "token": serving.token,
    "info": asking.info,
}


if __name__ == "__main__":
    sys.exit(main())
