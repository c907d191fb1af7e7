"""Credentials in the subject, and the files that are made to hold them."""
