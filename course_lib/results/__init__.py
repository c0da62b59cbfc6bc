"""What the networks reach, beside what others have shown: goals, the runs for them, the table."""
