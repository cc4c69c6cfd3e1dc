"""Logs: one JSON object a line on stderr. Who somebody is shows only as a contact id; what they wrote never shows."""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, Final

LOGGER: Final = logging.getLogger("service")


class _Json(logging.Formatter):
    """A record as one JSON object. Of an exception only its type and where it was raised: its message may hold a text."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "event": record.getMessage()}
        line.update(getattr(record, "fields", {}))
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["where"] = [f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno}" for f in traceback.extract_tb(record.exc_info[2])][-6:]
        return json.dumps(line, ensure_ascii=True)


def set_up(level: str) -> None:
    """Log at `level` and above, once, however often this is called; other libraries only their warnings."""
    # Nothing of these is in a line; looking them up for every text costs more than writing it.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json())
    LOGGER.handlers[:] = [handler]
    LOGGER.setLevel(level)
    LOGGER.propagate = False


def info(event: str, **fields: Any) -> None:
    """One line of what happened. `fields` must hold no number and no text."""
    LOGGER.info(event, extra={"fields": fields})


def warning(event: str, **fields: Any) -> None:
    """One line of what somebody should look at."""
    LOGGER.warning(event, extra={"fields": fields})


def error(event: str, **fields: Any) -> None:
    """A fault of our own, with the exception being handled."""
    LOGGER.error(event, extra={"fields": fields}, exc_info=True)
