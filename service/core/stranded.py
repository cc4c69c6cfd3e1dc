"""What to answer while the store is away: nothing is known of the person, nothing can be kept, and they are still safe."""

from service.core import optout, render
from service.core.hearing import hear
from service.core.menu import Menu
from service.core.model import Answer, Message
from service.core.triage import red_flag


def stranded(menu: Menu, message: Message) -> Answer | None:
    """One safe text, to be given as it is. None: a bare stop word, which must be tried again because it has to be kept."""
    heard, home = hear(menu, message), render.at_home(message.address)
    menu = menu.speaking(heard.language)
    if optout.carrier_word(menu, heard) == "stop":
        return None
    flag = red_flag(menu, heard)
    if flag:
        text = render.alarm(menu, flag.text, someone_else=flag.someone_else, home=home)
    else:
        text = render.localise(menu, menu.sayings["down_leave" if optout.leaving(heard) else "down"], home=home)
    return Answer((text,), menu.language)
