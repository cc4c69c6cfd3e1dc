"""Answers that come late, twice, crossed with something else, or are not quite an answer; and what must never be lost by them."""

from collections.abc import Callable

import pytest

from service.core.menu import Menu
from tests.reminded import HOUR, MINUTE, Person, enrolled

Setting = Callable[[Menu], Person]


def told(menu: Menu) -> Person:
    """8:05, the 8:00 dose is told."""
    return enrolled(menu).at(23, 8, 5)


def late(menu: Menu) -> Person:
    """12:30, nobody answered about 8:00."""
    return enrolled(menu).at(23, 12, 30)


def noted(menu: Menu) -> Person:
    """11:00, the 8:00 dose was noted as taken at 8:05."""
    person = told(menu)
    person.says("1")
    return person.at(23, 11)


def joined(menu: Menu) -> Person:
    return enrolled(menu)


TALKS: dict[str, tuple[Setting, tuple[str, ...], str]] = {
    "a word that is none, then the number": (told, ("what", "1"), "Noted: Mon 8:00 AM dose taken."),
    "a word that is none": (told, ("what",), "Your Mon 8:00 AM dose: text 1 taken 2 later 3 skip."),
    "yes to 'took it already?'": (told, ("yes",), "Your Mon 8:00 AM dose: text 1 taken"),
    "thanks": (told, ("thanks",), "Your Mon 8:00 AM dose: text 1 taken"),
    "the menu in between": (told, ("menu", "1"), "You sent 1. What for?\n1 My Mon 8:00 AM dose: taken\n2 The menu"),
    "the menu in between, and skip": (told, ("menu", "3"), "You sent 3. What for?\n1 My Mon 8:00 AM dose: skip"),
    "it was for the menu": (told, ("menu", "1", "2"), "Missed a dose?"),
    "it was for the dose": (told, ("menu", "3", "1"), "Noted: Mon 8:00 AM dose skipped."),
    "taken after skipped": (told, ("3", "1"), "Noted: Mon 8:00 AM dose taken."),
    "skipped after taken": (told, ("1", "3"), "Already noted: Mon 8:00 AM dose taken."),
    "hours later": (late, ("1",), "Your Mon 8:00 AM dose: which is right?"),
    "hours later in words": (late, ("taken",), "Which dose?"),
    "hours later, on time": (late, ("1", "1"), "Noted: Mon 8:00 AM dose taken at 8:00 AM. Next: today 2:00 PM."),
    "hours later, just now": (late, ("1", "2"), "Your Mon 2:00 PM dose is under 2 hours away."),
    "hours later, not taken": (late, ("1", "3"), "Do not take your Mon 8:00 AM dose now."),
    "hours later, not sure": (late, ("1", "4"), "Do not take your Mon 8:00 AM dose now."),
    "hours later, skip": (late, ("3",), "Noted: Mon 8:00 AM dose skipped."),
    "once more, soon": (told, ("1", "taken"), "Already noted: Mon 8:00 AM dose taken."),
    "once more, hours later": (
        noted,
        ("taken",),
        "take?\n1 Mon 8:00 AM: noted before\n2 One more than I should",
    ),
    "one too many": (noted, ("taken", "2"), "Call 911 now if very sleepy"),
    "it was the one noted": (noted, ("taken", "1"), "Already noted: Mon 8:00 AM dose taken."),
    "a time that fits no dose": (noted, ("took it at 10:45",), "Which dose did you just take?"),
    "no time to be read": (noted, ("took it at home",), "When was that?"),
    "a time of last night": (told, ("took it at 8 last night",), "No dose waits for an answer now."),
    "put off by a span": (told, ("30 min",), "we text again at 8:35 AM."),
    "put off to a time": (told, ("at 9",), "we text again at 9:00 AM."),
    "put off too far": (told, ("later 5 hours",), "That is too close to your Mon 2:00 PM dose."),
    "a press too many after joining": (joined, ("1",), "Text a number:"),
    "a press too many after a command": (told, ("next dose", "1"), "Text a number:"),
    "a number for the question asked since": (told, ("pause", "1"), "Reminders paused until Tue Nov 24."),
    "one press too many is no time": (joined, ("times", "2"), "Sorry, I did not get that."),
    "a word lost in the times": (joined, ("times", "8am, 2pm and bedtime"), "Sorry, I did not get all of that."),
    "one time more": (joined, ("times", "5pm"), "You have 8:00 AM, 2:00 PM, 8:00 PM. What do you want?\n1 Add 5:00 PM"),
    "one time more, added": (joined, ("times", "5pm", "1"), "Your times: 8:00 AM, 2:00 PM, 5:00 PM, 8:00 PM."),
    "only one time": (joined, ("times", "5pm", "2"), "Your times: 5:00 PM."),
    "one reminder of all": (joined, ("stop the reminder at 8pm",), "End all your dose reminders?"),
    "one reminder of all, ended": (joined, ("dont remind me tonight", "1"), "Reminders are off"),
    "one reminder of all, paused": (joined, ("dont remind me tonight", "2"), "How long?"),
    "all of them": (joined, ("stop reminders",), "Reminders are off"),
    "ten of what": (joined, ("refill", "10"), "10 what? Counting today.\n1 Days\n2 Single tablets"),
    "ten tablets": (joined, ("refill", "10", "2", "3"), "By your count you run out Wed Nov 25. Call your pharmacy now"),
    "ten days": (joined, ("refill", "10", "1"), "By your count you run out Wed Dec 2."),
    "none left": (joined, ("refill", "0"), "Out of baclofen? Do not wait."),
    "out of tablets, not of texts": (joined, ("im out",), "Stop what? The texts?"),
    "one person a phone": (joined, ("remind me and my wife",), "reminders are for one person's doses"),
    "she took it": (joined, ("she took it",), "reminders are for one person's doses"),
    "a pump": (joined, ("remind me of my pump refill",), "Reminders are for doses by mouth"),
}


@pytest.mark.parametrize("name", TALKS)
def test_what_is_answered(name: str, menu: Menu) -> None:
    setting, texts, expected = TALKS[name]
    person = setting(menu)
    assert expected in person.says(*texts)


def test_a_question_waits_behind_the_reminder_that_crossed_it(menu: Menu) -> None:
    person = enrolled(menu).at(23, 7, 59)
    person.says("delete")
    person.at(23, 8)
    person.now += 5
    assert "2 The question before" in person.says("1")
    assert "Deleted: your times and history here." in person.says("2")


def test_an_answer_to_the_reminder_leaves_the_question_open(menu: Menu) -> None:
    person = enrolled(menu).at(23, 7, 50)
    person.says("times")
    person.at(23, 8, 5)
    assert person.says("1").startswith("Noted: Mon 8:00 AM dose taken.")
    assert person.says("9am 3pm 9pm").startswith("Your times: 9:00 AM, 3:00 PM, 9:00 PM.")


def test_new_times_name_the_dose_that_is_passed_over(menu: Menu) -> None:
    person = enrolled(menu).at(23, 11, 55)
    assert person.says("took it at 11:50 am").startswith("Noted: Mon 8:00 AM dose taken at 11:50 AM.")
    said = person.says("times 8am 1pm 8pm", "1")
    assert said.startswith("Saved: 8:00 AM, 1:00 PM, 8:00 PM. We send no text for your Mon 1:00 PM dose")
    assert said.endswith("Next: today 8:00 PM.")


def test_a_pause_is_none_of_the_medicine(menu: Menu) -> None:
    person = told(menu)
    assert "paused until Fri Nov 27" in person.says("pause until friday")
    assert person.says("taken").endswith("Next: today 2:00 PM.")
    assert person.waits(48 * HOUR) == []
    assert "take each one as prescribed" in person.says("taken")


def test_several_without_an_answer_are_for_the_prescriber(menu: Menu) -> None:
    person = enrolled(menu).at(23, 19, 0)
    said = person.says("hello")
    assert said.startswith("No answer about your last 2 doses. Missed 2 or more? Call your prescriber")
    assert "Next dose: today 8:00 PM." in said


def test_a_dose_after_one_without_an_answer_asks_for_the_last_two_hours(menu: Menu) -> None:
    person = enrolled(menu).at(23, 14, 1)
    assert "took any dose in the last 2 hours? Do not take it now." in person.got[-1][1].text


def test_after_too_much_the_next_reminder_says_who_decides(menu: Menu) -> None:
    person = told(menu)
    assert person.says("i took it twice").startswith("Call 911 now if very sleepy")
    person.at(23, 14, 1)
    assert "only if Poison Help or a doctor said so" in person.got[-1][1].text


def test_a_text_between_the_time_and_the_wake_loses_no_reminder(menu: Menu) -> None:
    person = enrolled(menu)
    person.now += HOUR - MINUTE
    person.says("hello")
    assert person.due is not None
    assert person.due - person.now < 2
    assert person.waits(MINUTE) == ["Mon 8:00 reminder"]


def test_taken_between_the_time_and_the_wake_closes_the_slot(menu: Menu) -> None:
    person = enrolled(menu)
    person.now += HOUR - MINUTE
    assert person.says("taken").startswith("Noted: Mon 8:00 AM dose taken.")
    assert person.waits(HOUR) == []


def test_steps_of_a_taper_stand_side_by_side(menu: Menu) -> None:
    person = enrolled(menu)
    person.says("times from tuesday 9am 9pm", "1", "times from thursday 10am", "1")
    assert person.waits(4 * 24 * HOUR) == [
        *(f"Mon {time} reminder" for time in ("8:00", "14:00", "20:00")),
        *(f"{day} {time} reminder" for day in ("Tue", "Wed") for time in ("9:00", "21:00")),
        "Thu 10:00 reminder",
    ]
