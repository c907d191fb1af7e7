"""For those who write rules: what is wrong with them, a first draft, their reference, their schema."""
