"""Which version an engine shows, looked at again after a while: nobody who only wants to know its name waits for that.

An engine without our pointer is served as it is: all its graphs under their own names, and a version that is a digest
of them and of their sizes.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable

from kunskapsgraf.errors import KunskapsgrafError
from kunskapsgraf.graph.elsewhere import pointer
from kunskapsgraf.graph.elsewhere.dialects import Dialect
from kunskapsgraf.graph.elsewhere.pointer import PLACE, Shown
from kunskapsgraf.graph.remote import Remote
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import Names

AGAIN_SECONDS = 1.0
"""After a look that failed, the next one comes no sooner."""
PATIENCE = 1.0
"""Who asks a query waits no longer for a look than so many seconds, and is answered by what was shown last."""
COUNT_SHARE = 20
"""An engine that is counted is not counted again before so many times as long has passed."""
WORK = "urn:kunskapsgraf:"
"""What the names of graphs begin with in which rules are at work."""


class Following:
    """What an engine shows; ``quick`` reads the pointer, and ``patient``, with more time, counts where there is none."""

    def __init__(
        self, quick: Remote, patient: Remote, names: Names, dialect: Callable[[], Dialect], seconds: float
    ) -> None:
        self._quick, self._patient = quick, patient
        self._names = names
        self._dialect = dialect
        self._seconds = self._keep_for = seconds
        self._looking, self._starting = threading.Lock(), threading.Lock()
        self._thread: threading.Thread | None = None
        self._shown: Shown | None = None
        self._failed: KunskapsgrafError | None = None
        self._at = 0.0

    def known(self) -> Shown:
        """Give what was shown when it was last looked; look again beside that where it is a while ago.

        Only the very first look is waited for. Raises what that look did.
        """
        if self._shown is None and self._failed is None:
            self._look()
        elif self._is_old():
            self._beside()
        return self._told()

    def now(self) -> Shown:
        """Give what is shown, by a look that is not a while ago; what was shown last where the engine is away or slow.

        Whether an engine that is away has come back is looked at beside that: what is kept can be given meanwhile.
        """
        if self._is_old():
            if self._shown is None:
                self._look()
            elif self._failed is not None:
                self._beside()
            else:
                self._beside().join(PATIENCE)
        return self._told()

    def _told(self) -> Shown:
        if self._shown is not None:
            return self._shown
        assert self._failed is not None, "a look either finds or fails"
        raise self._again(self._failed)

    def _beside(self) -> threading.Thread:
        """Look in a thread, one at a time."""
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._look, daemon=True)
                self._thread.start()
            return self._thread

    def _is_old(self) -> bool:
        if self._shown is None and self._failed is None:
            return True
        return time.monotonic() - self._at >= (AGAIN_SECONDS if self._failed else self._keep_for)

    def _look(self) -> None:
        with self._looking:
            if not self._is_old():
                return  # whoever held the lock has looked
            try:
                self._shown = self._found()
                self._failed = None
            except KunskapsgrafError as error:
                self._failed = error
            self._at = time.monotonic()

    def _found(self) -> Shown:
        shown = pointer.read(self._quick, self._names)
        self._keep_for = self._seconds
        if shown is not None:
            return shown
        began = time.monotonic()
        rows = self._patient.select("SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
        counts = {text_of(row["g"]): int(text_of(row["n"])) for row in rows if "g" in row}
        self._keep_for = max(self._seconds, COUNT_SHARE * (time.monotonic() - began))
        own = (*self._dialect().own_graphs, WORK)
        graphs = {g: (g, n) for g, n in sorted(counts.items()) if n and not g.startswith(own) and PLACE not in g}
        digest = hashlib.sha256(repr(sorted(graphs.items())).encode())
        return Shown(digest.hexdigest()[:16], graphs)

    def _again(self, error: KunskapsgrafError) -> KunskapsgrafError:
        """Make an error anew for each who meets it: raised in several threads, one would gather all their traces."""
        return type(error)(error.sv, error.en)
