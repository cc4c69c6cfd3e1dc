"""How hard a text is to read, 6 meaning the sixth school year: English by Flesch and Kincaid (Kincaid et al. 1975), Spanish by
Crawford ("Formula y grafico para determinar la comprensibilidad de textos del nivel primario en castellano", 1985)."""

import re

_SENTENCE = re.compile(r"[.!?:;]+(?=\s|$)|\n+")
_WORD = re.compile(r"[A-Za-z\u00c0-\u00ff']+")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^laeiouy]|[^aeiouy]l(?=s))es?$|[^aeiouytd]ed$")


def syllables(word: str) -> int:
    """Vowel groups, less a silent e: near enough for a grade."""
    word = word.lower().replace("'", "")
    count = len(_VOWELS.findall(word))
    if count > 1 and _SILENT.search(word) and not word.endswith(("les", "ies")):
        count -= 1
    return max(count, 1)


def _spanish_syllables(word: str) -> int:
    """Vowels, a weak one beside another making one syllable with it."""
    return max(1, len(_SPANISH_VOWELS.findall(word.lower())))


_SPANISH_VOWELS = re.compile("[iu\u00fc]?[aeo\u00e9][iu]?|[iu\u00fc]{1,2}|y(?![a-z])")


def grade(text: str, language: str = "en") -> float:
    """The grade of a text; below 0 for very short sentences. Numbers are read as one syllable words they are not, so left out."""
    sentences = [s for s in _SENTENCE.split(text) if _WORD.search(s)]
    words = [w for s in sentences for w in _WORD.findall(s)]
    if not words:
        return 0.0
    if language == "es":
        hundreds = len(words) / 100
        return 0.049 * sum(map(_spanish_syllables, words)) / hundreds - 0.205 * len(sentences) / hundreds - 3.407
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
