"""The turns a rung can answer with. Each is one text, and leaves the contact where that text leaves the reader."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Final

from service.core import render
from service.core.menu import ALARM, HOME, LEAVE, Screen
from service.core.model import Alarm, Contact, Entry, Pace, Place, Turn
from service.core.outbox import ended
from service.core.scene import Scene
from service.core.triage import Flag
from service.core.words import pieces

_MOST_TRAIL: Final = 8


def _draw(scene: Scene, screen: Screen, place: Place, verdict: str, why: str) -> Turn:
    """A screen as the reply of a turn; somebody new also reads who we are."""
    draw = render.show if scene.contact.welcomed else render.first_text
    shown = draw(scene.menu, screen, home=scene.home)
    contact = replace(scene.contact, welcomed=True, place=replace(place, options=shown.options))
    title = screen.label if screen.id in scene.menu.screens else ""
    return Turn(contact, (shown.text,), verdict=verdict, why=why, title=title)


def show(scene: Scene, id: str, *, why: str = "number") -> Turn:
    """A screen of the menu; the way back leads where they were."""
    screen = scene.menu.screens[id]
    trail = tuple(s for s in scene.trail if s != id)[-_MOST_TRAIL:]
    return _draw(scene, screen, Place(id, (), trail, scene.now), f"screen:{id}", why)


def home(scene: Scene) -> Turn:
    """The main menu. Coming here leaves everything behind, also the minutes after a red flag."""
    alarm = scene.contact.alarm
    calm = scene.change(alarm=replace(alarm, over=True) if alarm else None)
    return _draw(calm, scene.menu.screens[HOME], scene.home_place(), "navigate:home", "menu")


def back(scene: Scene) -> Turn:
    """The screen before this one; from the first one, home. After a reminder it is the one they were at."""
    if scene.reminded and scene.place:
        place = replace(scene.place, at=scene.now)
        return _draw(scene, scene.menu.screens[place.screen], place, "navigate:back", "back")
    trail = [s for s in (scene.place.trail if scene.place else ()) if s in scene.menu.screens and s != HOME]
    if not trail:
        return replace(home(scene), verdict="navigate:back", why="back")
    screen = scene.menu.screens[trail[-1]]
    return _draw(scene, screen, Place(screen.id, (), tuple(trail[:-1]), scene.now), "navigate:back", "back")


def more(scene: Scene) -> Turn:
    """What a screen keeps behind MORE; where there is no more, the main menu."""
    target = scene.menu.screens[scene.place.screen].more if scene.place else None
    turn = show(scene, target) if target and target in scene.menu.screens else home(scene)
    return replace(turn, verdict="navigate:more", why="more")


MOVES: Final[dict[str, Callable[[Scene], Turn]]] = {"home": home, "back": back, "more": more}


def picked(scene: Scene) -> str | None:
    """The target that a number, or the words of its label, picks from the options shown last."""
    options, said = scene.place.options if scene.place else (), scene.heard
    if said.number is not None:
        target = options[said.number - 1] if 0 < said.number <= len(options) else None
        return target if target is None or scene.menu.standing([target]) else HOME
    return next((o for o in scene.menu.standing(options) if _words(scene.menu.label(o)) == said.bare), None)


@lru_cache(1024)
def _words(label: str) -> tuple[str, ...]:
    """The words of a label, as `Heard.bare` has those of a text."""
    return tuple(pieces(label))


def go_to(scene: Scene, target: str) -> Turn:
    """Where an option leads: a screen, an emergency text, or out."""
    if target == LEAVE:
        return leave(scene, "option", "number")
    if target.startswith(ALARM):
        return alarm(scene, Flag(target.removeprefix(ALARM), False, "number"))
    return home(scene) if target == HOME else show(scene, target)


def ask(scene: Scene, ids: tuple[str, ...], why: str, *, saying: str = "ask") -> Turn:
    """ "Did you mean": up to three screens to choose from. The way back leads where they were."""
    here = scene.place.screen if scene.place else HOME
    place = Place(here, (), scene.trail[-_MOST_TRAIL:], scene.now)
    question = Screen(f"{here}-?", scene.menu.sayings[saying], options=ids)
    return _draw(scene, question, place, "ask:" + ",".join(ids), why)


def miss(scene: Scene) -> Turn:
    """Not understood: the same choices again, or the main menu. Somebody new gets the welcome, which says what can be asked."""
    if not scene.contact.welcomed:
        return replace(home(scene), verdict="miss", why="no phrase fits")
    place = scene.place if scene.place and scene.menu.standing(scene.place.options) else scene.home_place()
    screen = scene.menu.screens[place.screen]
    more = screen.more if place.options == scene.menu.standing(screen.options) else None
    again = Screen(screen.id, scene.menu.sayings["miss"], options=place.options, more=more)
    return _draw(scene, again, replace(place, at=scene.now), "miss", "no phrase fits")


def say(scene: Scene, saying: str, verdict: str, why: str) -> Turn:
    """One of the service's own texts; where they were stays as it was. Somebody new reads who we are instead."""
    if not scene.contact.welcomed:
        return replace(home(scene), verdict=verdict, why=why)
    return Turn(scene.contact, (_local(scene, saying),), verdict=verdict, why=why)


def _local(scene: Scene, saying: str) -> str:
    return render.localise(scene.menu, scene.menu.sayings[saying], home=scene.home)


def speak(scene: Scene, language: str) -> Turn:
    """From now on in the language they chose; what was open stays open."""
    chosen = scene.change(language=language, language_chosen=True)
    turn = say(replace(chosen, menu=scene.menu.speaking(language)), "language_now", "navigate:language", language)
    return replace(turn, language=language)


def help(scene: Scene) -> Turn:
    """What HELP must say: who we are, whom to ask, how to leave."""
    return Turn(scene.contact, (_local(scene, "help"),), verdict="help", why="carrier word")


def alarm(scene: Scene, flag: Flag) -> Turn:
    """The emergency text of a red flag."""
    text = render.alarm(scene.menu, flag.text, someone_else=flag.someone_else, home=scene.home)
    alarmed = replace(scene.contact, alarm=Alarm(flag.text, scene.now, flag.someone_else))
    return Turn(alarmed, (text,), verdict=f"red_flag:{flag.kind}", why=flag.why, language=scene.menu.language)


def alarm_and_leave(scene: Scene, flag: Flag, how: str, why: str) -> Turn:
    """A red flag from somebody who leaves in the same breath: they are let go, and the emergency text is the one confirmation."""
    gone, entries = _gone(scene, how)
    turn = alarm(scene.of(gone), flag)
    return replace(turn, journal=entries, why=f"{flag.why}; also leaves: {why}")


def leave(scene: Scene, how: str, why: str) -> Turn:
    """Let go, with one confirmation; who is out already hears nothing more."""
    if scene.contact.left is not None:
        return Turn(scene.contact, verdict="opt_out", why=why)
    gone, entries = _gone(scene.of(replace(scene.contact, alarm=None)), how)
    saying = "left_wrong_number" if how == "wrong_number" else "left"
    return Turn(gone, (_local(scene, saying),), entries, "opt_out", why)


def _gone(scene: Scene, how: str) -> tuple[Contact, tuple[Entry, ...]]:
    """The contact after leaving, and the line to prove it. A wrong number keeps nothing of whoever had it before."""
    if scene.contact.left is not None:
        return scene.contact, ()
    kept = Contact(scene.contact.since, channels=scene.contact.channels) if how == "wrong_number" else scene.contact
    return ended(kept, scene.now), (Entry(scene.now, "left", how),)


def start(scene: Scene) -> Turn:
    """Back after leaving, or simply hello. Nothing that was ended comes back by itself."""
    if scene.contact.left is None:
        return replace(home(scene), verdict="start", why="carrier word")
    returned = replace(scene.contact, left=None, alarm=None, pace=Pace(), place=scene.home_place())
    entry = Entry(scene.now, "returned", "carrier word")
    turn = Turn(returned, (_local(scene, "back"),)) if returned.welcomed else home(scene.of(returned))
    return replace(turn, journal=(entry,), verdict="start", why="carrier word")
