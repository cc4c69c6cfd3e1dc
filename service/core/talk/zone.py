"""Where they are: suggested by the number, confirmed by what their clock shows, else asked for. Never assumed.

An answer leads to the next question, or to a `Question` of the kind "ready" with the zone in it.
"""

from dataclasses import replace
from typing import Final

from service.core import localtime, wording
from service.core.answers import zones
from service.core.model import Question, Turn
from service.core.scene import Scene
from service.core.talk.ask import ask, chosen, lines, local_time

_MOST_OFFERED: Final = 4


def change_zone(scene: Scene) -> Turn | Question:
    """ZONE: where are you now? A place in the same text is taken at once."""
    asked = Question("where", scene.now)
    return (answer_where(scene, asked) if len(scene.heard.bare) > 2 else None) or _ask_where(scene, asked)


def ask_zone(scene: Scene, asked: Question) -> Turn:
    """The zone of their number, if it has only one, to be confirmed by what their clock shows; else where they are."""
    zone = zones.zone_of_number(scene.heard.message.address)
    return _confirm(scene, asked, zone) if zone and localtime.known(zone) else _ask_where(scene, asked)


def _confirm(scene: Scene, asked: Question, zone: str) -> Turn:
    question = replace(asked, kind="zone", zone=zone)
    return ask(scene, question, zone_text(scene, question), "do:zone")


def _ask_where(scene: Scene, asked: Question) -> Turn:
    return ask(scene, replace(asked, kind="where", zone=""), scene.menu.sayings["ask_where"], "do:zone")


def zone_text(scene: Scene, asked: Question) -> str:
    return wording.say(scene.menu, "ask_zone", time=local_time(scene, asked.zone))


def where_text(scene: Scene, asked: Question) -> str:
    return scene.menu.sayings["ask_where"]


def answer_zone(scene: Scene, asked: Question) -> Turn | Question | None:
    """Is it so late where you are? No, or another place, asks on."""
    pick = chosen(scene, 2)
    if pick is None:
        return answer_where(scene, asked)
    return replace(asked, kind="ready") if pick == 0 else _ask_where(scene, asked)


def answer_where(scene: Scene, asked: Question) -> Turn | Question | None:
    """A city, a state, or what time it is: one zone is confirmed by its clock, several are offered."""
    text = scene.heard.message.text if scene.heard.number is None else ""
    found = [z for z in zones.read_zone(scene.menu.vocabulary, text, scene.now) if localtime.known(z)][:_MOST_OFFERED]
    if len(found) == 1:
        return _confirm(scene, asked, found[0])
    if found:
        question = replace(asked, kind="which_zone", said=" ".join(found))
        return ask(scene, question, which_zone_text(scene, question), "do:zone")
    return None


def which_zone_text(scene: Scene, asked: Question) -> str:
    offered = asked.said.split()
    named = [zone.rpartition("/")[2].replace("_", " ") for zone in offered]
    rows = [wording.say(scene.menu, "zone_line", zone=n, time=local_time(scene, z)) for n, z in zip(named, offered, strict=True)]
    return lines(scene.menu.sayings["ask_which_zone"], rows)


def answer_which_zone(scene: Scene, asked: Question) -> Turn | Question | None:
    offered = asked.said.split()
    pick = chosen(scene, len(offered)) if scene.heard.number is not None else None
    if pick is None:
        return answer_where(scene, asked)
    return replace(asked, kind="ready", zone=offered[pick], said="")
