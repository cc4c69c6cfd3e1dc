"""How fast reminders go out, and what each costs: `python -m bench.reminders`."""
