"""Where traffic from outside is taken, and whether it is encrypted there."""
