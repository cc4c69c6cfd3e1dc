"""The pure core; README.md in this folder is its law."""
