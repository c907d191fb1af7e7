"""The languages' runtimes that the subject asks for, and when their lines of releases end."""
