"""What a report derives from the document."""
