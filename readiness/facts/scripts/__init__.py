"""Operational scripts: what they set out to do, and whether they do it."""
