"""`python -m service campaign`: what the carrier registration (A2P 10DLC) asks for, from the same content as texts and page."""

import argparse
import json
import os
import sys
from typing import Any

from service import config, content, public
from service.core import campaign
from service.core.campaign import Campaign

_SAMPLE = "MessageSamples"


def run_campaign(options: argparse.Namespace) -> int:
    """Print the fields; 1 when a carrier would send them back. Raises `ConfigError` with every setting they lack."""
    settings = config.registering(os.environ, config.simulated())
    menu = content.load(settings.menu, settings.brand, settings.clinic, settings.public_url, deaf=True)
    brand, number = settings.brand or menu.name, public.pretty(settings.number or "")
    asked = campaign.campaign(menu, brand, settings.clinic, settings.public_url, number)
    if options.json:
        json.dump(as_json(asked), sys.stdout, indent=2, ensure_ascii=False)
        print()
    else:
        print(as_text(asked))
    found = list(campaign.faults(asked.texts))
    for fault in found:
        print(fault, file=sys.stderr)
    return int(bool(found))


def as_json(asked: Campaign) -> dict[str, Any]:
    """The parameters of Usa2p in Twilio's API, but for the brand's SID."""
    values: dict[str, Any] = {_SAMPLE: []}
    for field in asked.texts:
        if field.name.startswith(_SAMPLE):
            values[_SAMPLE].append(field.value)
        else:
            values[field.name] = field.value.split() if field.name.endswith("Keywords") else field.value
    return {**values, **asked.others}


def as_text(asked: Campaign) -> str:
    """Every field with its length and limits, to be pasted into the console."""
    parts = [f"{f.name} ({len(f.value)} characters, {f.least} to {f.most})\n{f.value}" for f in asked.texts]
    flags = [f"{name}: {_plain(value)}" for name, value in asked.others.items()]
    return "\n\n".join([*parts, "\n".join(flags), asked.note])


def _plain(value: str | bool) -> str:
    return value if isinstance(value, str) else "yes" if value else "no"
