"""A text-message service for people who take a medicine: menu, tips and safety."""
