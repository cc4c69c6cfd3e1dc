"""`make learn`: menus/<medicine>/examples -> menus/<medicine>/<language>.points.tsv."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from learn import examples
from learn.fit import Fitted
from service import content
from service.config import DEFAULT_MENU, ROOT
from service.core.menu import Menu
from service.core.points import write

STRENGTH: Final = 2.0
"""The inverse of how much large points are held down (C of scikit-learn). 1, 3 and 10 find as many red flags within 2 %."""
_NO_CHAT: Final = """Learned without plain chat (make learn CHAT="FILE ..."): more everyday texts will raise alarms.
Any large collection of texts between people will do, such as the SMS corpora of the UCI and the NUS; nothing of it is kept."""


def main() -> int:
    options = _options()
    folder = options.menu.resolve()
    for old in folder.glob("*.points.tsv"):
        old.unlink()
    menu, faults = content.read(folder)
    if menu is None:
        print("\n".join(faults), file=sys.stderr)
        return 1
    if not options.chat:
        print(_NO_CHAT, file=sys.stderr)
    learn(menu, folder, examples.chat(options.chat), options.strength, lambda language: content.examples_print(folder, language))
    return 0


def learn(menu: Menu, folder: Path, plain: list[str], strength: float, print_of: Callable[[str], str]) -> None:
    """Write the points of each language that a folder has examples of. `plain`: chat; `print_of`: what the file says it is from."""
    for reader in menu.readers:
        rows = examples.read(folder / "examples" / reader.language)
        if not rows:
            continue
        said = [reader.points.features(examples.spoken(menu, reader, row.text)) for row in rows]
        chat = [reader.points.features(examples.spoken(menu, reader, text)) for text in plain]
        points = Fitted(said, [row.want for row in rows], chat).points({}, strength=strength)
        lines = list(write(points, print_of(reader.language)))
        path = folder / f"{reader.language}.points.tsv"
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
        print(f"{path}: {len(lines)} lines from {len(rows)} examples and {len(chat)} texts of chat")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m learn", description=__doc__)
    parser.add_argument("--menu", type=Path, default=ROOT / DEFAULT_MENU, help="the medicine's folder")
    parser.add_argument(
        "--chat", type=Path, nargs="*", default=[], help="tab-separated files of texts (column text) that want nothing of us"
    )
    parser.add_argument("--strength", type=float, default=STRENGTH)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
