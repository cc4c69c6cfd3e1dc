"""The carrier registration (A2P 10DLC) of a menu: each field by the name Twilio's API gives it, its limits, what it must hold.

Limits: parameters of Usa2p in Twilio's API. What a field must hold: the same, and the CTIA's messaging principles of May 2023.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from service.core import page, wording
from service.core.menu import Menu

SAMPLES: Final = ("consent", "agreed", "reminder", "about", "invite")
WITHOUT_STOP: Final = ("reminder",)
"""Samples are texts exactly as they are sent, and this one does not repeat how to leave; all others must."""
_PAGE: Final = "menus/common/en.page.toml"
_COMMON: Final = "menus/common/en.toml"
_ABOUT: Final = "en.toml of the medicine"
_KEYWORDS: Final = {"OptInKeywords": "opt_in", "OptOutKeywords": "opt_out", "HelpKeywords": "help"}
_WHERE: Final = {
    "consent": f"say.consent_new in {_COMMON}",
    "agreed": f"say.agreed and say.ask_times in {_COMMON}",
    "reminder": f"say.reminder in {_COMMON}",
    "about": f"about-service in {_ABOUT}",
    "invite": f"say.invite in {_COMMON}",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its value, the least and the most characters, what must stand in it, and where its words are."""

    name: str
    value: str
    least: int
    most: int
    wanted: tuple[str, ...]
    where: str


@dataclass(frozen=True, slots=True)
class Campaign:
    """All fields with a length, and those that are a yes, a no or an address, by their names."""

    texts: tuple[Field, ...]
    others: dict[str, str | bool]
    note: str


def campaign(menu: Menu, brand: str, clinic: str, url: str, number: str) -> Campaign:
    """The registration of a menu that is filled with the operator's words; `number` as people read it."""
    texts = page.samples(menu)
    spanish = page.samples(menu.speaking("es"))["consent"]
    values = {
        "number": number,
        "consent_es": spanish,
        **{id: " ".join(texts[id].split()) for id in ("consent", "reminder", "runout")},
    }
    said = page.filled(menu, {**values, "tip": menu.screens["missed"].text})
    fields = (
        Field("Description", said["campaign.description"], 40, 4096, (brand, clinic, number), f"campaign.description in {_PAGE}"),
        Field("MessageFlow", said["campaign.flow"], 40, 2048, (brand, number, url, *_TERMS), f"campaign.flow in {_PAGE}"),
        *(_sample(n, id, texts[id], menu, brand) for n, id in enumerate(SAMPLES, 1)),
        Field("OptInMessage", wording.say(menu, "agreed", most=page.FACTS["most"]), 20, 320, (brand, *_OPT_IN), _WHERE["agreed"]),
        Field("OptOutMessage", texts["left"], 20, 320, (brand, "no more texts"), f"say.left in {_COMMON}"),
        Field("HelpMessage", texts["help"], 20, 320, (brand, clinic, *_HELP), f"say.help in {_COMMON}"),
        *(
            Field(name, said[f"campaign.{key}_keywords"], 1, 255, (), f"campaign.{key}_keywords in {_PAGE}")
            for name, key in _KEYWORDS.items()
        ),
    )
    others: dict[str, str | bool] = {
        "UsAppToPersonUsecase": said["campaign.use_case"],
        "PrivacyPolicyUrl": f"{url}/privacy",
        "TermsAndConditionsUrl": f"{url}/terms",
        **_FLAGS,
    }
    return Campaign(fields, others, said["campaign.use_case_note"])


_RATES: Final = "rates may apply"
_OPT_IN: Final = ("texts a day", _RATES, "HELP", "STOP")
_HELP: Final = ("Msg freq", _RATES, "STOP")
_TERMS: Final = (
    "frequency varies",
    "Message and data rates may apply",
    "HELP",
    "STOP",
    "/privacy",
    "/terms",
    "not a condition",
    "shared with third parties",
)
_FLAGS: Final = {
    "HasEmbeddedLinks": True,
    "HasEmbeddedPhone": True,
    "SubscriberOptIn": True,
    "AgeGated": False,
    "DirectLending": False,
}
"""Links and phone numbers: consent texts carry PUBLIC_URL, emergency texts Poison Help's number, HELP the clinic's."""


def _sample(n: int, id: str, text: str, menu: Menu, brand: str) -> Field:
    name = menu.discreet_name if id in ("reminder", "invite") else brand
    wanted = (name,) if id in WITHOUT_STOP else (name, "STOP")
    return Field(f"MessageSamples {n}", text, 20, 1024, wanted, _WHERE[id])


def faults(fields: tuple[Field, ...]) -> Iterator[str]:
    """What a carrier would send the registration back for."""
    for field in fields:
        long = len(field.value)
        if not field.least <= long <= field.most:
            yield f"registration, {field.name}: {long} characters, not {field.least} to {field.most}: change {field.where}"
        for wanted in field.wanted:
            if wanted not in field.value:
                yield f"registration, {field.name}: lacks {wanted!r}: change {field.where}"
        if "{" in field.value:
            yield f"registration, {field.name}: a placeholder is left in it: change {field.where}"
        if field.name.endswith("Keywords") and not field.value.replace(" ", "").isalnum():
            yield f"registration, {field.name}: keywords are letters and digits: change {field.where}"
