"""The status page: what runs, what ran, what comes, and what to do about what failed."""
