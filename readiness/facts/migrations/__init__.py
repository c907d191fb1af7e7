"""Steps by which a database's schema changes, and whether each can be taken back."""
