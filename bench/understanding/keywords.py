"""The yardstick: what a plain list of keywords understands. Each list is asked alone, so that none stands in another's way."""

import re
from collections.abc import Iterable
from typing import Final

MISS: Final = "miss"

_ALARM: Final = {
    "self_harm": "suicid kill die dying hurt|myself self|harm matar morir suicid|arme lastimarme",
    "overdose": "overdose too|much double|dose sobredosis demasiadas doble",
    "breathing": "breathe breathing respirar respira",
    "seizure": "seizure convulsion convulsiones",
    "unresponsive": "unconscious wake|up passed|out inconsciente desmayo despierta",
    "withdrawal": "withdrawal shaking hallucinating abstinencia temblando alucinando",
    "pump": "beeping pump|alarm bomba|suena",
    "allergy": "swelling swollen hinchada hinchazon",
    "violence": "hits|me beats|me me|pega",
    "other_emergency": "911 ambulance emergency chest|pain heart|attack stroke bleeding ambulancia emergencia infarto sangrando",
}
_LEAVE: Final = "stop stopall unsubscribe cancel quit end remove parar alto cancelar baja"
_WORDS: Final = {"help": "help", "info": "help", "start": "start", "subscribe": "start", "unstop": "start"}
_TOPICS: Final = {
    "missed-unsure": "remember|if not|sure|if acuerdo|si",
    "missed": "miss missed forgot skipped olvide olvido",
    "stopping-ranout": "ran|out run|out refill acabo acabaron",
    "stopping-pump": "pump bomba",
    "overdose": "overdose too|much sobredosis demasiado",
    "mixing-alcohol": "alcohol beer wine cerveza vino",
    "mixing-pain": "tylenol ibuprofen ibuprofeno",
    "mixing": "interact with|my together mezclar",
    "storage": "store storage keep guardar guardo",
    "careful-pregnancy": "pregnant pregnancy embarazada",
    "careful-breastfeeding": "breastfeeding nursing lactancia pecho",
    "careful-driving": "drive driving manejar conducir",
    "careful-kidneys": "kidney kidneys rinones",
    "careful": "safe allergic seguro",
    "effects": "side effects effect dizzy sleepy efectos mareo",
    "stopping": "stop stopping quit taper withdrawal dejar",
    "taking": "take taking dose food tomar tomo dosis",
}


def _any(words: str) -> str:
    """Any of them; `|` inside a keyword stands for the space."""
    return "|".join(re.escape(word.replace("|", " ")) for word in words.split())


_ALARMS: Final = re.compile("|".join(rf"(?P<{kind}>\b(?:{_any(words)})\b)" for kind, words in _ALARM.items()))
_LEAVING: Final = re.compile(rf"\b(?:{_any(_LEAVE)})\b")
_SCREENS: Final = {screen: re.compile(rf"\b(?:{_any(words)})\b") for screen, words in _TOPICS.items()}
_REMINDERS: Final = re.compile(r"\b(?:remind|recordatorio)")
_PLAIN: Final = str.maketrans("áéíóúüñ’", "aeiouun'")


def read(text: str) -> dict[str, str]:
    """A verdict by each list, in the words of the service."""
    plain = text.lower().translate(_PLAIN)
    screens = [screen for screen, pattern in _SCREENS.items() if pattern.search(plain)]
    return {
        "alarm": _alarm(plain),
        "leave": _leave(plain),
        "word": _word(plain),
        "screen": f"screen:{screens[0]}" if screens else MISS,
        "offer": f"ask:{','.join(screens[:3])}" if screens else MISS,
    }


def _alarm(plain: str) -> str:
    found = _ALARMS.search(plain)
    return f"red_flag:{found.lastgroup}" if found else MISS


def _leave(plain: str) -> str:
    if not _LEAVING.search(plain):
        return MISS
    return "do:reminders_off" if _REMINDERS.search(plain) else "opt_out"


def _word(plain: str) -> str:
    return next((verdict for word, verdict in _WORDS.items() if word in plain.split()), MISS)


# ---- clock times

_CLOCK: Final = re.compile(r"(?<!\d)(\d{1,2})(?::(\d\d))?\s*([ap])\.?\s?m\b", re.IGNORECASE)


def clock(text: str) -> str:
    """The times with am or pm; another number may be one, so it is asked back."""
    found = _CLOCK.findall(text)
    if found:
        return told(int(hour) % 12 * 60 + int(minute or 0) + (720 if half in "pP" else 0) for hour, minute, half in found)
    return "ask" if re.search(r"\d", text) else "no"


def told(minutes: Iterable[int]) -> str:
    """Minutes of the day as 08:00,14:00."""
    return ",".join(f"{minute // 60:02}:{minute % 60:02}" for minute in sorted(set(minutes)))
