"""Pipelines of every CI system in one model, and the rows made of them."""
