"""What files of the subject name: whether it is there, whether it is read, whether it is served."""
