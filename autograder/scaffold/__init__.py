"""Makes the files of a new assignment: small, whole, and proven before a line of it is changed."""
