"""The menu, read once for all tests of a process."""

from functools import cache

from service import config, content
from service.core.menu import Menu


@cache
def loaded() -> Menu:
    return content.load(config.ROOT / config.DEFAULT_MENU, "Baclofen Tips", "555-010-0100")
