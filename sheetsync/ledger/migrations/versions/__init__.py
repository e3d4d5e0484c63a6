"""One file per version of the tables. What was released is never changed."""
