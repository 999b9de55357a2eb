"""A note while it is read: its outline, what is put down of each paper, what is told to the curator."""
