"""Documents: what they are about and how much they say."""
