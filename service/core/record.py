"""A contact as JSON: what is kept of it, sealed. What is at rest is left out; what is unknown or unreadable is passed over."""

import json
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final

from service.core.model import Alarm, Consent, Contact, Dose, Guest, Outgoing, Pace, Place, Plan, Question, Supply

VERSION: Final = 2

_KINDS: Final[dict[str, type[Any]]] = {
    "place": Place,
    "alarm": Alarm,
    "pace": Pace,
    "asking": Question,
    "guest": Guest,
    "consent": Consent,
    "plan": Plan,
    "supply": Supply,
}
_ROWS: Final[dict[str, type[Any]]] = {"doses": Dose, "outbox": Outgoing}
_EVERY: Final[list[type[Any]]] = [Contact, *_KINDS.values(), *_ROWS.values()]
_AT_REST: Final[dict[type[Any], dict[str, Any]]] = {kind: {f.name: f.default for f in fields(kind)} for kind in _EVERY}
_LOOK: Final = {kind: (attrgetter(*names), tuple(names.items())) for kind, names in _AT_REST.items()}
"""The fields of what a record is made of; `dataclasses.asdict` would look them up, and copy, at every text."""


def dump(contact: Contact) -> bytes:
    """A contact as JSON, the record version first."""
    return _encode({"v": VERSION, **_plain(contact)}).encode()


_encode: Final = json.JSONEncoder(separators=(",", ":")).encode


def _plain(value: Any) -> Any:
    known = _LOOK.get(type(value))
    if known is None:
        return [_plain(item) for item in value] if type(value) is tuple else value
    look, names = known
    there = zip(look(value), names, strict=True)
    return {name: here if type(here) in _SIMPLE else _plain(here) for here, (name, rest) in there if here != rest}


_SIMPLE: Final = (int, float, str, bool)


def read(record: bytes) -> Contact:
    """A contact from `dump`, of any version. Raises `ValueError`, `KeyError` or `TypeError` where it is no contact at all."""
    found = json.loads(record)
    parts: dict[str, Any] = {name: _part(kind, found.get(name)) for name, kind in _KINDS.items()}
    for name, kind in _ROWS.items():
        parts[name] = tuple(filter(None, (_part(kind, row) for row in found.get(name) or ())))
    simple = {name: _frozen(found[name]) for name in _AT_REST[Contact] if name in found and name not in parts}
    return Contact(**{**simple, **{name: part for name, part in parts.items() if part is not None}, "since": float(found["since"])})


def _part(kind: type[Any], found: Any) -> Any:
    """One of the values in a contact, or None where the record has none that can be read."""
    names = _AT_REST[kind]
    try:
        return kind(**{name: _value(name, value) for name, value in found.items() if name in names})
    except (AttributeError, TypeError):
        return None


def _value(name: str, value: Any) -> Any:
    if name in _WITHIN:
        return _part(_WITHIN[name], value)
    return _frozen(value) if type(value) is list else value


_WITHIN: Final[dict[str, type[Any]]] = {"parent": Question, "place": Place, "asking": Question, "offered": Question, "alarm": Alarm}
"""What stands in a part of a contact."""


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
