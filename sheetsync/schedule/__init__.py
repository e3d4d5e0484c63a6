"""When jobs are due: the forms a schedule can have, and the instants (slots) that it gives."""
