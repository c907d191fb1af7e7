"""Weaknesses of Python code: bandit's own tests, run on the files and nodes where they can report.

``engine`` is the one door to bandit, ``triggers`` says where each test can report, ``gate``
and ``plan`` turn that into which files and which nodes to look at, ``visitor`` walks a file,
``nosec`` reads the comments that silence, ``nouns`` makes rows.
"""
