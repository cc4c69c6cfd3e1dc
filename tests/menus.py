"""The menu, read once for all tests of a process."""

import gc
from functools import cache

from service import config, content
from service.core.menu import Menu


@cache
def loaded() -> Menu:
    menu = content.load(config.ROOT / config.DEFAULT_MENU, "Baclofen Tips", "555-010-0100")
    gc.freeze()  # as the service does: tests that time must not wait for the collector to look through the phrases
    return menu
