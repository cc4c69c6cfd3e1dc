"""Learns menus/<medicine>/<language>.points.tsv from the examples beside it. The service itself never needs this."""
