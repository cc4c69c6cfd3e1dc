"""Proof that no reminder is lost and none is doubled, whatever is killed, stopped, cut off or hidden: `python -m bench.proof`."""
