"""What came before: commits, tags, releases, and files that went but stay in the history."""
