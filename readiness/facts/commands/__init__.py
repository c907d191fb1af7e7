"""What a command runs in the end, and what that is for."""
