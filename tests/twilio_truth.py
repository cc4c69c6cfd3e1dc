"""What the stub Twilio knows: the messages it processed, and how the next request shall go."""

import json
import secrets
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from email.utils import formatdate
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

STATUSES = {20003: 401, 20404: 404, 20429: 429, 20500: 500}


class Outcome(NamedTuple):
    """How a request goes. `processed`: "before" the answer, "never", or "late": `hang` seconds on."""

    processed: str = "before"
    status: int = 201
    way: str = "plain"
    headers: str = ""
    body: str | None = None


OUTCOMES = {
    "ok": Outcome(),
    "down": Outcome("never", way="reset"),
    "429": Outcome("never", 429),
    "429-retry-after": Outcome("never", 429, headers="Retry-After: {retry_after}\r\n"),
    "500-before": Outcome("never", 500),
    "500-after": Outcome(status=500),
    "503-html": Outcome("never", 503, body="<html><body>Bad gateway</body></html>"),
    "hang-before": Outcome("never", way="hang"),
    "hang-after": Outcome(way="hang"),
    "late": Outcome("late", way="late"),
    "reset-before": Outcome("never", way="reset"),
    "reset-after": Outcome(way="reset"),
    "close-after": Outcome(way="close"),
    "drip": Outcome(way="drip-body"),
    "drip-head": Outcome(way="drip"),
    "broken": Outcome(body='{"sid": "SM'),
    "empty": Outcome(body="{}"),
    "list": Outcome(body="[]"),
    "redirect": Outcome("never", 307, headers="Location: /elsewhere\r\n"),
    "no-length": Outcome(way="until-close"),
}


@dataclass
class Modes:
    """What can be set at run time. Times are seconds; `to`, `free` (no templates) and `undelivered` are error codes by number."""

    delay: float = 0.0
    hang: float = 30.0
    drip: float = 0.3
    retry_after: int = 2
    down: bool = False
    fail: dict[str, float] = field(default_factory=dict)
    fail_get: dict[str, float] = field(default_factory=dict)
    to: dict[str, int] = field(default_factory=dict)
    free: dict[str, int] = field(default_factory=dict)
    undelivered: dict[str, int] = field(default_factory=dict)


@dataclass
class Record:
    """A message Twilio has."""

    to: str
    body: str
    callback: str = ""
    validity: str = ""
    created: float = field(default_factory=time.time)
    sender: str = "+15550000000"
    service: str | None = None
    direction: str = "outbound-api"
    status: str = "queued"
    error: int | None = None
    content: str = ""
    receipt: str = ""
    sid: str = field(default_factory=lambda: "SM" + secrets.token_hex(16))

    @property
    def entry(self) -> str:
        return dict(parse_qsl(urlsplit(self.callback).query)).get("o", "")


class Truth:
    """Messages, counts and settings. `kept` is called with each message processed."""

    def __init__(self, account: str = "", seed: int = 0, log: Path | None = None, **modes: Any) -> None:
        self.modes, self.account, self._random = Modes(**modes), account, Random(seed)
        self._log = log.open("a", encoding="utf-8") if log else None
        self.kept: Callable[[Record], None] = lambda _record: None
        self.forget()

    def forget(self) -> None:
        self.messages: list[Record] = []
        self.by_number: dict[str, list[Record]] = defaultdict(list)
        self.stats: Counter[str] = Counter()

    def keep(self, record: Record) -> Record:
        """Process a message: from here on it is true."""
        self.messages.append(record)
        self.by_number[record.to].append(record)
        if self._log:
            body = json.dumps(record.body)[1:-1]  # a tab or a new line is two characters
            self._log.write(f"{record.created:.3f}\t{record.sid}\t{record.entry}\t{record.to}\t{body}\n")
            self._log.flush()
        self.kept(record)
        return record

    def draw(self, chances: dict[str, float]) -> str:
        at = self._random.random()
        for name, chance in chances.items():
            at -= chance
            if at < 0:
                return name
        return "ok"

    def control(self, changes: dict[str, Any]) -> dict[str, Any]:
        unknown = [name for name in {**changes.get("fail", {}), **changes.get("fail_get", {})} if name not in OUTCOMES]
        wrong = unknown + [name for name in changes if not hasattr(self.modes, name)]
        if wrong:
            raise ValueError(f"unknown: {wrong}")
        for name, value in changes.items():
            setattr(self.modes, name, value)
        return asdict(self.modes)

    def resource(self, record: Record) -> dict[str, Any]:
        """The message as Twilio's API shows it."""
        made = formatdate(record.created, usegmt=False)
        return {
            "account_sid": self.account,
            "api_version": "2010-04-01",
            "body": record.body,
            "date_created": made,
            "date_sent": None if record.status in ("queued", "accepted") else made,
            "date_updated": made,
            "direction": record.direction,
            "error_code": record.error,
            "error_message": None,
            "from": None if record.service else record.sender,
            "messaging_service_sid": record.service,
            "num_media": "0",
            "num_segments": "0" if record.service else "1",
            "price": None,
            "price_unit": "USD",
            "sid": record.sid,
            "status": record.status,
            "subresource_uris": {"media": f"/2010-04-01/Accounts/{self.account}/Messages/{record.sid}/Media.json"},
            "to": record.to,
            "uri": f"/2010-04-01/Accounts/{self.account}/Messages/{record.sid}.json",
        }

    def listed(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        """A page of messages, the newest first."""
        found = self.by_number.get(query["To"], []) if "To" in query else self.messages
        size, page = int(query.get("PageSize", 50)), int(query.get("Page", 0))
        newest = sorted(found, key=lambda record: record.created, reverse=True)
        shown = newest[page * size : (page + 1) * size]
        more = urlencode({**query, "PageSize": size, "Page": page + 1, "PageToken": "PASM" + "0" * 32})
        next_page = f"{path}?{more}" if len(newest) > (page + 1) * size else None
        return {
            "messages": [self.resource(record) for record in shown],
            "next_page_uri": next_page,
            "page": page,
            "page_size": size,
            "uri": path,
        }

    def truth(self) -> list[list[Any]]:
        return [[m.to, m.body, m.entry, m.created, m.receipt] for m in self.messages]
