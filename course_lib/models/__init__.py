"""Networks of the assignment, the blocks they are made of, and their trained weights."""
