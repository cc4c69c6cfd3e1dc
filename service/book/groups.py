"""The service's own texts, put together as a clinician would look for them: title, when they are sent, which they are."""

from collections.abc import Iterable
from typing import Final

Group = tuple[str, str, tuple[str, ...]]

GROUPS: Final[tuple[tuple[str, str, str], ...]] = (
    (
        "First contact, and when something is not understood",
        "Who the service is, what somebody gets who texts something it cannot read, and when it asks what was meant.",
        "welcome welcome_short miss ask unreadable close ask_language language_now other_medicine example_choice not_understood",
    ),
    (
        "Leaving, help, and coming back",
        "After STOP or leaving in any words, HELP and START; and asking what is to stop.",
        "ask_leave leave_label left left_wrong_number help back",
    ),
    ("When the service is down", "Sent when something is broken. A red flag still gets its emergency text.", "down down_leave"),
    (
        "Agreeing to reminders",
        "Nothing is sent on its own before somebody has agreed with a 1 from their own phone.",
        "consent consent_new consent_more agreed consent_no invite confirm one_person not_pump not_on_yet",
    ),
    (
        "Setting the times",
        "How times are asked for, read back and checked. The service never tells anybody when to take a dose.",
        "ask_times ask_all_times example_times ask_half morning evening ask_add ask_clock ask_these offer_times ask_close "
        "ask_too_close read_back read_back_from times_saved times_saved_from saved_close ask_nudge all_set",
    ),
    (
        "Where somebody is",
        "Reminders follow the clock where the person is.",
        "ask_zone ask_where ask_which_zone zone_line zone_saved zone_only example_where",
    ),
    (
        "The reminders themselves",
        "What the service sends on its own: at the time of a dose, once more when nobody answers, and late.",
        "reminder reminder_after_silence reminder_after_unsent reminder_after_too_much late nudge",
    ),
    (
        "After an answer: taken",
        "Somebody says that they took a dose, on time, early, late or too close to another one.",
        "noted_taken noted_taken_at noted_early noted_close already_taken ask_late not_taken ask_again again_noted again_early "
        "again_extra not_when not_yet",
    ),
    (
        "After an answer: later or skipped",
        "Somebody puts a dose off or leaves it out, or takes an answer back.",
        "snoozed snooze_refused noted_skipped noted_skipped_twice already_skipped undone nothing_undone",
    ),
    (
        "Which dose, which question",
        "An answer may belong to two doses, or to none.",
        "dose_choice which_dose which_meant meant_dose meant_menu meant_question nothing_open nothing_open_paused",
    ),
    (
        "When nobody answered, or nothing could be sent",
        "Notices about doses without an answer.",
        "notice_silent notice_silent_tip notice_silent_many notice_unsent notice_paused",
    ),
    (
        "Pausing, changing and ending reminders",
        "The medicine goes on when the reminders do not.",
        "ask_pause example_pause paused paused_until resumed ask_end reminders_ended still_right still_same reminders_on no_plan "
        "nudge_on nudge_off named_on named_off nothing_changed",
    ),
    (
        "Running out",
        "Only from the person's own count of what is left.",
        "ask_supply example_supply ask_unit ask_a_day supply_saved supply_soon ask_still runout runout_tomorrow runout_today",
    ),
    (
        "The record, privacy and deleting",
        "What somebody sees who asks what is kept of them.",
        "ask_history history my_data my_data_none supply_none supply_until ask_delete deleted",
    ),
    (
        "By phone call",
        "Texts around a call: who calls cannot be proved, so a text to the phone itself must be answered.",
        "confirm_coming confirm_sent only_by_text confirm_nowhere text_coming text_no_consent text_which text_enough "
        "text_only_calls",
    ),
    (
        "Small words that stand in other texts",
        "Parts of texts: they are never sent alone.",
        "more way_home way_back stay terms terms_new weekdays months date am pm today tomorrow none_planned number_taken "
        "number_later number_skipped state_taken state_skipped state_unanswered state_dropped state_merged state_open",
    ),
)
_REST: Final = ("Other texts", "Texts that stand in no group above.")
PARTS: Final = frozenset(GROUPS[-1][2].split())
"""Parts of texts: how long they are or how hard to read says nothing."""
CALLS: Final = {
    "language": "how the voice pronounces (a setting)",
    "voice": "the voice (a setting)",
    "begin": "the first thing a caller hears",
    "begin_other": "how to come to this language, for who hears the other one first",
    "option": "how a numbered choice is read out",
    "more": "how MORE is read out",
    "home": "the way to the main menu",
    "back": "the way back, from deeper down",
    "listen": "said once, after the main menu",
    "again": "nothing was heard, the first and the second time",
    "goodbye": "nothing was heard three times",
    "repeat": "what asks for the same again",
    "never": "words that must be in no text when it is read out",
    "silent": "the line cannot go on, such as for who has left",
}
TABLES: Final = {
    "instead": "Words of texts that are no good in a call, and what is said in their place",
    "words": "Single words that are said otherwise",
    "homophones": "What speech recognition hears, and the choice it is taken for",
}


def grouped(sayings: Iterable[str]) -> list[Group]:
    """All texts by their ids, each in one group; a new one that no group names stands in the last."""
    left = [id for id in sayings if not id.startswith("signs_")]
    found: list[Group] = []
    for title, about, ids in GROUPS:
        here = tuple(id for id in ids.split() if id in left)
        left = [id for id in left if id not in here]
        found += [(title, about, here)] if here else []
    return [*found, (*_REST, tuple(left))] if left else found
