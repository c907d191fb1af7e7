"""Images that the subject builds."""
