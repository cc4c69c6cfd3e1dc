"""The menu as a picture: where its boxes and arrows stand. Home is left, topics beside it, deeper screens right of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from service.core.menu import HOME, Menu

_COLUMN: Final = 250
_WIDTH: Final = 164
_ROW: Final = 31
_HIGH: Final = 24
_EDGE: Final = 8


@dataclass(frozen=True, slots=True)
class Box:
    """A screen: its left upper corner, in the picture's own units. `lone`: no number leads to it, only words."""

    id: str
    label: str
    x: float
    y: float
    lone: bool = False

    width: int = _WIDTH
    height: int = _HIGH


@dataclass(frozen=True, slots=True)
class Arrow:
    """From a screen to one of its options: an SVG path, the number to text, and where that stands. `kind`: tree, across or more."""

    path: str
    number: str
    x: float
    y: float
    kind: str


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: float
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def draw(menu: Menu) -> Drawing:
    """The picture of a menu in its language."""
    links = {id: tuple(_links(menu, id)) for id in menu.screens}
    parents, depth = _tree(links)
    boxes = _boxes(menu, parents, depth)
    ways = [(id, target, number) for id in parents for number, target in links.get(id, ())]
    across = [(id, target) for id, target, _ in ways if parents[target] != id]
    arrows = (
        _arrow(boxes[id], boxes[target], number, across.index((id, target)) if (id, target) in across else None)
        for id, target, number in ways
    )
    right = max(box.x for box in boxes.values()) + _WIDTH + _EDGE
    low = max(box.y for box in boxes.values()) + _HIGH + _EDGE
    return Drawing(int(right), low, tuple(boxes.values()), tuple(arrows))


def _links(menu: Menu, id: str) -> Iterator[tuple[str, str]]:
    """What to text at a screen, and the screen it leads to."""
    screen = menu.screens[id]
    yield from ((str(n), target) for n, target in enumerate(menu.standing(screen.options), 1) if target in menu.screens)
    if screen.more in menu.screens:
        yield menu.sayings["more"], str(screen.more)


def _tree(links: dict[str, tuple[tuple[str, str], ...]]) -> tuple[dict[str, str], dict[str, int]]:
    """For each screen that numbers lead to, the nearest screen before it, and how many replies it is from home."""
    parents, depth, edge = {HOME: ""}, {HOME: 0}, [HOME]
    while edge:
        here = edge.pop(0)
        for _, target in links.get(here, ()):
            if target not in parents:
                parents[target], depth[target] = here, depth[here] + 1
                edge.append(target)
    return parents, depth


def _boxes(menu: Menu, parents: dict[str, str], depth: dict[str, int]) -> dict[str, Box]:
    """Each end of the tree has a row of its own, and what leads to it stands beside the middle of its own ones."""
    rows: dict[str, float] = {}
    last = -1.0

    def place(id: str) -> float:
        nonlocal last
        below = [place(child) for child, parent in parents.items() if parent == id]
        if not below:
            last += 1
        rows[id] = (below[0] + below[-1]) / 2 if below else last
        return rows[id]

    place(HOME)
    lone = [id for id in menu.screens if id not in parents]
    rows |= {id: last + 1.6 + n for n, id in enumerate(lone)}
    return {
        id: Box(id, menu.screens[id].label or id, _EDGE + depth.get(id, 0) * _COLUMN, _EDGE + row * _ROW, id in lone)
        for id, row in rows.items()
        if id in menu.screens
    }


def _arrow(start: Box, end: Box, number: str, across: int | None) -> Arrow:
    """A line that leaves a box on its right and comes in on the left of another; one across comes in lower, and is lighter.

    `across`: its place among those, so that their numbers do not lie on each other.
    """
    x1, y1 = start.x + start.width, start.y + start.height / 2
    x2, y2 = end.x - 5.0, end.y + end.height / 2 + (0 if across is None else 5)
    if x2 <= x1:  # to its own column or back: around the right side
        x2 = end.x + end.width + 5
        path = f"M{x1:.1f} {y1:.1f} C{x1 + 60:.1f} {y1:.1f} {x2 + 60:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
        return Arrow(path, number, max(x1, x2) + 42, (y1 + y2) / 2, "across")
    bend = (x2 - x1) * 0.5
    path = f"M{x1:.1f} {y1:.1f} C{x1 + bend:.1f} {y1:.1f} {x2 - bend:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
    kind = "across" if across is not None else "tree" if number.isdigit() else "more"
    share = 0.84 if across is None else (0.3, 0.42, 0.54)[across % 3]
    x, y = _on_curve((x1, y1, x1 + bend, y1, x2 - bend, y2, x2, y2), share)
    return Arrow(path, number, x, y, kind)


def _on_curve(points: tuple[float, ...], share: float) -> tuple[float, float]:
    """A point of a cubic curve."""
    rest = 1 - share
    weights = (rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3)
    return sum(w * x for w, x in zip(weights, points[0::2], strict=True)), sum(
        w * y for w, y in zip(weights, points[1::2], strict=True)
    )
