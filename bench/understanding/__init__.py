"""How well texts are understood, beside a plain list of keywords: `python -m bench.understanding`."""
