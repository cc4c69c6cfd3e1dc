"""A text on the page: what is filled in set off, and what is new or gone against another version marked word by word."""

import re
from difflib import SequenceMatcher
from typing import Final

from markupsafe import Markup, escape

from service.book.texts import CLOSES, OPENS

_TOKEN: Final = re.compile(f"(?:{OPENS}[^{CLOSES}]*{CLOSES}|[^\\s{OPENS}])+|\\n|[^\\S\\n]+")


def plain(text: str) -> Markup:
    """A text with what was filled in set off."""
    safe = str(escape(text)).replace(OPENS, '<span class="filled">').replace(CLOSES, "</span>")
    return Markup(safe)  # noqa: S704 - escaped in the line above


def bold(text: str) -> Markup:
    """A cell of SOURCES.md: what stands between ** is bold, between one * slanted."""
    safe = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", str(escape(text)))
    return Markup(re.sub(r"\*(.+?)\*", r"<i>\1</i>", safe))  # noqa: S704 - escaped in the line above


def changed(before: str | None, now: str | None) -> Markup:
    """The two as one text: what is gone as <del>, what is new as <ins>. None: there was, or is, no such text."""
    old, new = (_TOKEN.findall(text or "") for text in (before, now))
    parts: list[Markup] = []
    for tag, i1, i2, j1, j2 in _joined(old, new):
        if tag == "equal":
            parts.append(plain("".join(new[j1:j2])))
        else:
            parts += [_tagged("del", old[i1:i2]), _tagged("ins", new[j1:j2])]
    return Markup("").join(parts)


def _joined(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    """The differences; two with nothing but a space between them are one, which reads better."""
    rows: list[tuple[str, int, int, int, int]] = []
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for place, (tag, i1, i2, j1, j2) in enumerate(codes):
        inside = 0 < place < len(codes) - 1
        joins = tag == "equal" and inside and not "".join(new[j1:j2]).strip() and "\n" not in new[j1:j2]
        kind = "replace" if tag != "equal" or joins else "equal"
        if rows and rows[-1][0] == kind == "replace":
            rows[-1] = (kind, rows[-1][1], i2, rows[-1][3], j2)
        else:
            rows.append((kind, i1, i2, j1, j2))
    return rows


def _tagged(tag: str, tokens: list[str]) -> Markup:
    """Whole words in a tag; with nothing to say, nothing."""
    text = "".join(tokens)
    return Markup(f"<{tag}>{plain(text)}</{tag}>") if text else Markup("")  # noqa: S704 - plain() has escaped it
