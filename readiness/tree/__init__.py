"""The subject's files: a work tree, a git revision, or a tree in memory."""
