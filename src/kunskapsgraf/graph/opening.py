"""Which store there is: the snapshot of this machine, or the engine elsewhere that a setting names."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.run import Cost
from kunskapsgraf.graph.snapshot import current
from kunskapsgraf.settings import Settings

if TYPE_CHECKING:
    from kunskapsgraf.graph.elsewhere.store import RemoteStore


def opened(settings: Settings, observe: Callable[[Cost], None] = lambda _: None) -> EmbeddedStore | RemoteStore:
    """Open the store that the settings name; nothing is read of it yet."""
    if not settings.store:
        return EmbeddedStore(settings, observe)
    from kunskapsgraf.graph.elsewhere.store import RemoteStore  # noqa: PLC0415 - only an engine elsewhere needs a client

    return RemoteStore(settings, observe)


def check(settings: Settings) -> None:
    """Compare every byte of what lies on this machine, before it is served or asked; raises ``SnapshotError``.

    An engine elsewhere answers for its own, and may be started later; an address or a token that is none raises ``BadRequest``.
    """
    if settings.store:
        opened(settings).close()
    else:
        current(settings.home, digests=True)
