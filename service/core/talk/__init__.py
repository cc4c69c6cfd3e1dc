"""The guided dialogues: setting reminders up, answering them, pausing and ending them, counting the tablets."""
