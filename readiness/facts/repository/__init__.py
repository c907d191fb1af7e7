"""What the repository as a whole is, and the environments it knows."""
