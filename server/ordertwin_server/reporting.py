"""What happens with an error that reaches the door: it is told, logged, and acted upon."""

from __future__ import annotations

from collections.abc import Callable

from ordertwin_models.errors import StoreError, StoreOutcomeUnknown
from ordertwin_server.call_log import LOGGER, log_failure
from ordertwin_server.errors import Told, tell


class Reporter:
    """Tells callers of errors; calls `on_fatal` once nobody knows what is on disk."""

    def __init__(self, on_fatal: Callable[[str], None]) -> None:
        self._on_fatal = on_fatal

    def report(self, error: Exception, method: str) -> Told:
        """What the caller of `method` is told of `error`. Safe to call from any thread."""
        told = tell(error)
        if told.error_id:
            log_failure(error, told.error_id, method)
        if isinstance(error, StoreError):
            LOGGER.warning(str(error), extra={"fields": {"method": method}})
        if isinstance(error, StoreOutcomeUnknown):
            self._on_fatal(str(error))
        return told
