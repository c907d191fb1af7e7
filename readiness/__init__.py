"""Scores a repository's readiness for production, every point traceable to a line."""

__version__ = "0.1.0"
