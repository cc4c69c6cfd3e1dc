"""How hard a text is to read: the Flesch-Kincaid grade (Kincaid et al. 1975), 6 meaning the sixth school year."""

import re

_SENTENCE = re.compile(r"[.!?:;]+(?=\s|$)|\n+")
_WORD = re.compile(r"[A-Za-z']+")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^laeiouy]|[^aeiouy]l(?=s))es?$|[^aeiouytd]ed$")


def syllables(word: str) -> int:
    """Vowel groups, less a silent e: near enough for a grade."""
    word = word.lower().replace("'", "")
    count = len(_VOWELS.findall(word))
    if count > 1 and _SILENT.search(word) and not word.endswith(("les", "ies")):
        count -= 1
    return max(count, 1)


def grade(text: str) -> float:
    """The grade of a text; below 0 for very short sentences. Numbers are read as one syllable words they are not, so left out."""
    sentences = [s for s in _SENTENCE.split(text) if _WORD.search(s)]
    words = [w for s in sentences for w in _WORD.findall(s)]
    if not words:
        return 0.0
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
