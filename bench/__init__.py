"""Measurements, each beside the plainest thing that could do the same work. See README.md here."""
