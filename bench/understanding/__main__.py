"""How well texts are understood, beside a plain list of keywords. Tables, then one line a figure."""

import argparse
import gc
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Final

from bench.understanding import clocks, keywords, own, texts
from bench.understanding.measure import Figure, Judged, Measure, Readers, Timed, Verdict
from service import content
from service.cli import understood
from service.config import DEFAULT_MENU, ROOT
from service.core.answers.times import read_times
from service.core.menu import Menu

_AIMED: Final = ("set", "what", "right", "of", "share", "aim", "keywords", "ratio")
_UNAIMED: Final = ("set", "what", "right", "of", "share", "keywords", "ratio")


def readers(menu: Menu) -> Readers:
    """The service with this menu, and the keywords."""

    def times(text: str) -> Verdict:
        said = read_times(menu.vocabulary, text)
        return keywords.told(said.times) or said.kind, said.why

    return Readers(Timed(lambda text: understood(menu, text)), Timed(keywords.read), Timed(times), Timed(keywords.clock))


def practice(folder: Path, reading: Readers) -> list[Measure]:
    """All measures of the practice files that are there; a file that is not is named."""

    def rows(name: str) -> list[texts.Row]:
        path = folder / name
        if not path.is_file():
            print(f"{path} is missing", file=sys.stderr)
            return []
        return texts.read(path)

    return [m for m in chain(texts.measures(rows, reading), clocks.measures(rows, reading)) if m.rows]


# ---- what is printed


def table(heads: tuple[str, ...], measures: Iterable[Measure], *, rows: bool) -> Iterator[str]:
    """A line a measure in columns; under each what it got wrong, unless the same stood under another that measures the same."""
    measures = list(measures)
    lines = [heads, *(tuple(_cells(m)[head] for head in heads) for m in measures)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(heads))]
    shown: set[str] = set()
    for line, measure in zip(lines, (None, *measures), strict=True):
        yield "  ".join(_aligned(n, cell, widths[n]) for n, cell in enumerate(line)).rstrip()
        found = {f"{measure.what}\t{_row(row)}": _row(row) for row in measure.wrong()} if measure and rows else {}
        yield from (row for key, row in found.items() if key not in shown)
        shown |= found.keys()


def _row(row: Judged) -> str:
    return f"    {row.text}\twanted {row.want or '-'}\tgot {row.got}\t{row.why}"


def _aligned(n: int, cell: str, width: int) -> str:
    return cell.ljust(width) if n < 2 else cell.rjust(width)


def _cells(measure: Measure) -> dict[str, str]:
    sign = "<=" if measure.fewer else ">="
    aim = "" if measure.aim is None else f"{sign} {_percent(measure.aim)}{'' if measure.reached else ' !'}"
    return {
        "set": measure.set,
        "what": measure.what,
        "right": str(measure.hits),
        "of": str(len(measure.rows)),
        "share": _percent(measure.share),
        "aim": aim,
        "keywords": _percent(measure.keywords),
        "ratio": "-" if measure.ratio is None else f"{measure.ratio:.2f}",
    }


def _percent(share: float) -> str:
    return f"{share * 100:.2f} %" if 0 < share < 0.01 else f"{share * 100:.1f} %"


def figures(measures: list[Measure], reading: Readers) -> Iterator[Figure]:
    """How many aims are reached, and how long texts took; the keywords beside them."""
    aimed = [m for m in measures if m.aim is not None]
    if aimed:
        yield "aims_reached", sum(m.reached for m in aimed), f"of {len(aimed)}"
    yield from reading.understood.figures("understand")
    yield from reading.keywords.figures("keywords")
    yield from reading.times.figures("times")
    yield from reading.clock.figures("times_keywords")


def main() -> None:
    """Score and print."""
    options = argparse.ArgumentParser(prog="python -m bench.understanding", description=__doc__)
    options.add_argument("--data", type=Path, help="a folder laid out as the practice files; without it, the project's own sets")
    options.add_argument("--own", action="store_true", help="the project's own sets too")
    options.add_argument("--rows", action="store_true", help="under each measure every wrong row: text, wanted, got, why")
    chosen = options.parse_args()
    if chosen.data and not chosen.data.is_dir():
        sys.exit(f"{chosen.data} is no folder")
    reading = readers(content.load(ROOT / DEFAULT_MENU, None, "the clinic"))
    gc.freeze()  # as wsgi.py does
    aimed = practice(chosen.data, reading) if chosen.data else []
    unaimed = list(own.measures(own.FOLDER, reading)) if chosen.own or not chosen.data else []
    for heads, measures in ((_AIMED, aimed), (_UNAIMED, unaimed)):
        if measures:
            print(*table(heads, measures, rows=chosen.rows), "", sep="\n")
    for name, value, unit in figures(aimed, reading):
        print(f"{name}\t{value:.4g}\t{unit}")


if __name__ == "__main__":
    main()
