"""The clinician's book: everything people read, on paper, to sign off without seeing code."""
