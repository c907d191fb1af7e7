"""What code serves, reads and sets up, language by language."""
