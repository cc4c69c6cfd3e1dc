"""The pictures in the documents, drawn from what they show: the menu from the content, the floors from pyproject.toml."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from service.config import ROOT
from service.core import picture
from service.core.menu import Menu

DOCUMENT: Final = ROOT / "README.md"


def floors() -> str:
    """The floors that import-linter holds, top to bottom; imports go down only."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    layers = [layer.replace(" | ", ", ").replace("__main__", "python -m service") for layer in contracts[0]["layers"]]
    boxes = [f'  f{n}["{layer}"]' for n, layer in enumerate(layers)]
    arrows = [f"  f{n} --> f{n + 1}" for n in range(len(layers) - 1)]
    return "\n".join(["graph TD", *boxes, *arrows])


def drawn(document: str, pictures: Mapping[str, str]) -> str:
    """A document with its pictures drawn again, each between <!-- name --> and <!-- /name -->."""
    for name, lines in pictures.items():
        block = f"<!-- {name} -->\n```mermaid\n{lines}\n```\n<!-- /{name} -->"
        document = re.sub(f"<!-- {name} -->.*?<!-- /{name} -->", block.replace("\\", "\\\\"), document, flags=re.DOTALL)
    return document


def draw(menu: Menu, path: Path = DOCUMENT, *, write: bool = False) -> bool:
    """Whether the pictures of a document are as they would be drawn now; with `write` they are from now on."""
    before = path.read_text(encoding="utf-8")
    after = drawn(before, {"menu": picture.menu(menu), "floors": floors()})
    if write:
        path.write_text(after, encoding="utf-8")
    return before == after
