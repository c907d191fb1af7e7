"""The parts of the score: what goes in and out, the numbers it uses, and its four steps.

``readiness/score.py`` puts them together; everything here is exact (integers and fractions).
"""
