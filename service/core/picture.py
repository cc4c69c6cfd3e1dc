"""The menu as a mermaid picture, for the README and the clinician."""

from service.core.menu import HOME, Menu


def menu(menu: Menu) -> str:
    """A left-to-right graph: an arrow an option, its number on it; MORE dotted; what only words lead to stands alone."""
    lines = ["graph LR"]
    for id, screen in menu.screens.items():
        lines.append(f'  {_name(id)}["{screen.label}"]')
    for id, screen in menu.screens.items():
        for number, target in enumerate(screen.options, 1):
            if target in menu.screens:
                lines.append(f"  {_name(id)} -->|{number}| {_name(target)}")
        if screen.more:
            lines.append(f"  {_name(id)} -.->|{menu.sayings['more']}| {_name(screen.more)}")
    return "\n".join(lines)


def _name(id: str) -> str:
    return id.replace("-", "_") if id != HOME else HOME
