"""How phrases are written, and that the automaton finds just what they stand for."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.grammar import ANY, Form, Grammar, PhraseError
from service.core.phrases import compile_phrases
from service.core.words import END, START, pieces

SETS = {"cant": ["cant", "can not"], "pill": ["pill", "{drug}"], "drug": ["baclofen"]}


def found(phrase: str, text: str) -> bool:
    return bool(compile_phrases({"f": [phrase]}, SETS).find((START, *pieces(text), END)))


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("{cant} breathe", "I can not breathe", True),
        ("{cant} breathe", "I can breathe", False),
        ("missed ~ {pill}", "missed pill", True),
        ("missed ~ {pill}", "missed my 2 pm pill", True),
        ("missed ~ {pill}", "missed one two three four pill", False),
        ("missed ~~ {pill}", "missed one two three four pill", True),
        ("missed ~ {pill}", "missed it. My pill", False),
        ("missed my? {pill}", "missed baclofen", True),
        ("missed my? {pill}", "missed the baclofen", False),
        ("^ no more $", "No more!", True),
        ("^ no more $", "no more pills", False),
        ("overdos*", "I overdosed", True),
        ("*statin", "atorvastatin", True),
        ("*statin", "statins", False),
        ("shaking & (ran out | stopped)", "Stopped it. Now shaking", True),
        ("shaking & (ran out | stopped)", "shaking", False),
        ("(a b | c)? d", "x d", True),
        ("stop stop", "stop stop", True),
        ("^ ~ stop", "please do stop", True),
    ],
)
def test_find(phrase: str, text: str, expected: bool) -> None:
    assert found(phrase, text) is expected


@pytest.mark.parametrize("phrase", ["", "~", "{nobody}", "Can", "can't", "{loop}", "a?", "$$$"])
def test_faults_are_named(phrase: str) -> None:
    with pytest.raises(PhraseError, match="family"):
        Grammar({"loop": ["{loop}"]}).forms(phrase, "family")


def test_a_phrase_that_stands_for_too_many_is_refused() -> None:
    sets = {"many": [f"a{n} b" for n in range(60)]}

    with pytest.raises(PhraseError, match="split it up"):
        Grammar(sets).forms("{many} {many}", "family")


def test_spans_tell_where_a_phrase_stands() -> None:
    words = (START, *pieces("well i missed my two pills. and then"), END)
    match = compile_phrases({"f": ["missed ~ pills & then"]}, {}).find(words)[0]

    assert [words[a:b] for a, b in match.spans(words)] == [("missed", "my", "two", "pills"), ("then",)]


def _regex(form: Form) -> str:
    """The same form as a regular expression over words that end in a space: slow, and plainly right."""
    pieces = []
    for slot in form:
        word = "[^^$. ]+ " if ANY in slot.words else "(?:" + "|".join(map(re.escape, sorted(slot.words))) + ") "
        pieces.append(f"(?:{word}){'?' if slot.optional else ''}")
    return r"(?:(?<= )|^)" + "".join(pieces)


WORDS = st.sampled_from(["a", "b", "c", "d", "."])
PARTS = st.sampled_from(["a", "b", "c", "a|b", "a?", "b|c?", "~", "~~", "(a b | c)", "(a b)?", "^", "$"])


@given(st.lists(PARTS, min_size=1, max_size=6).map(" ".join), st.lists(WORDS, max_size=12))
def test_the_automaton_equals_regular_expressions(phrase: str, words: list[str]) -> None:
    try:
        wanted = Grammar({}).forms(phrase)
    except PhraseError:
        return
    spoken = (START, *words, "$")
    text = "".join(f"{word} " for word in spoken)

    by_regex = any(re.search(_regex(form), text) for form in wanted)
    assert bool(compile_phrases({"f": [phrase]}, {}).find(spoken)) is by_regex
