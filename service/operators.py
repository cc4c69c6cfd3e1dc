"""What an operator does with one person's record: look at it, hand it out, forget it, invite somebody; and seal all anew."""

import argparse
import json
import os
import re
import sys
from dataclasses import asdict
from typing import Any, Final

from service import config, handle, runtime
from service.core import history, plain
from service.core.model import Entry
from service.runtime import Runtime

_NUMBER = re.compile(r"\+[1-9]\d{6,14}")


def _built() -> Runtime:
    return runtime.build(config.read(os.environ), deaf=True)


def _number(options: argparse.Namespace) -> str:
    if not _NUMBER.fullmatch(options.number):
        raise config.ConfigError([f"{options.number!r} is no number such as +15550001111"])
    return str(options.number)


def run_show(options: argparse.Namespace) -> int:
    """Somebody's record and journal in plain words."""
    built = _built()
    id = built.vault.contact_id(_number(options))
    loaded, journal = built.store.load(id), built.store.journal(id)
    if loaded.contact is None:
        print(loaded.unreadable or "nothing is kept of this number")
        print(*_lines_of(journal), sep="\n")
        return int(bool(loaded.unreadable))
    zone, due = loaded.contact.zone, built.store.due_of(id)
    rows = [*plain.record(built.menu, loaded.contact), ("Next due", plain.both(due, zone) if due else "nothing is planned")]
    print(f"contact {id}", *(f"{what}: {words}" for what, words in rows), *_lines_of(journal, zone), sep="\n")
    return 0


def _lines_of(journal: list[Entry], zone: str = "") -> list[str]:
    return [f"  {at}: {what}" for at, what in plain.journal(journal, zone)]


def run_export(options: argparse.Namespace) -> int:
    """All that is kept of somebody, as JSON: what a person may ask for."""
    built = _built()
    id = built.vault.contact_id(_number(options))
    loaded = built.store.load(id)
    record: dict[str, Any] | None = asdict(loaded.contact) if loaded.contact else None
    if record and loaded.contact:
        record["history"] = history.all_doses(loaded.contact.history, loaded.contact.doses)
    everything = {"contact": id, "record": record, "journal": [asdict(entry) for entry in built.store.journal(id)]}
    json.dump(everything, sys.stdout, indent=2, ensure_ascii=False)
    print()
    return 0


def run_forget(options: argparse.Namespace) -> int:
    """Everything of somebody, also the proof that they joined and left."""
    built = _built()
    number = _number(options)
    if not options.yes:
        print("this also deletes the proof that they joined and left, and that they may not be texted; say --yes", file=sys.stderr)
        return 1
    print("forgotten" if built.store.forget(built.vault.contact_id(number)) else "nothing was kept of this number")
    return 0


def run_enrol(options: argparse.Namespace) -> int:
    """Invite somebody by text; only their own 1 begins anything."""
    built = _built()
    _discreet(built)
    said = handle.enrol(built, _number(options))
    built.gateway.close()
    print(said)
    return int(said != "invited")


def _discreet(built: Runtime) -> None:
    """The invitation carries PUBLIC_URL and whom to ask, and may be seen by anybody: neither may tell the medicine."""
    told = {"PUBLIC_URL": built.settings.public_url, "CLINIC_PHONE or CLINIC_EMAIL": built.settings.clinic}
    names = {menu.page["medicine.name"].lower() for menu in built.menu.languages.values()}
    found = [name for name, value in told.items() if any(medicine in value.lower() for medicine in names)]
    if found:
        raise config.ConfigError([f"{name} names the medicine, and the invitation carries it: use another one" for name in found])


def run_rekey(_: argparse.Namespace) -> int:
    """Seal every record and journal with the newest of SECRET_KEYS; then an old key may go after 48 h."""
    store = _built().store
    found = [store.rekey(id) for id in store.everyone()]
    print(f"{sum(found)} of {len(found)} records sealed with the newest key")
    return 0


NUMBER: Final = {"number": {"help": "a number such as +15550001111"}}
COMMANDS: Final = {
    "show": (run_show, "somebody's record and journal in plain words", NUMBER),
    "export": (run_export, "all that is kept of somebody, as JSON", NUMBER),
    "forget": (run_forget, "delete all that is kept of somebody", {**NUMBER, "--yes": {"action": "store_true", "help": "really"}}),
    "enrol": (run_enrol, "invite somebody to reminders by text", NUMBER),
    "rekey": (run_rekey, "seal everything with the newest of SECRET_KEYS", {}),
}
