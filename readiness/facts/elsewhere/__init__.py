"""What demonstrably lives elsewhere: in another repository, or on a platform."""
