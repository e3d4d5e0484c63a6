"""Google's side: what a sheet holds of ours, what would publish a table, and the publishing."""
