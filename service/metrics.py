"""What is counted, for Prometheus. No label tells who or what somebody wrote."""

import os
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess

TURNS: Final = Counter("turns", "Texts answered, by channel and what they were taken for", ("channel", "verdict"))
SECONDS: Final = Histogram(
    "turn_seconds", "Time to answer a text", buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3)
)
AGAIN: Final = Counter("answered_before", "Texts that came again and got the same answer")
STALE: Final = Counter("stale_commits", "Turns made again because another text of the same phone came first")
STRANDED: Final = Counter("stranded", "Texts answered without the store, by reason", ("reason",))
SENDS: Final = Counter("sends", "Texts that we start, by what became of them", ("outcome",))
LATENESS: Final = Histogram("send_lateness_seconds", "From due to sent", buckets=(1, 2, 5, 10, 30, 60, 300, 1800))
REFUSED: Final = Counter("refused", "Requests refused, by reason", ("reason",))
ERRORS: Final = Counter("errors", "Faults of our own that were caught and answered safely")


def exposition() -> bytes:
    """All metrics as Prometheus reads them; of every worker process, where PROMETHEUS_MULTIPROC_DIR names their folder."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return generate_latest()
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
