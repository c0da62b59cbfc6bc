"""Pictures of the lessons; this package imports the standard library only."""
