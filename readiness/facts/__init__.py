"""What is there: typed rows with their places. No judgement."""
