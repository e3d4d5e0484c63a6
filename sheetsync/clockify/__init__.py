"""Clockify's side: what is asked of its Reports API, and what becomes of the answers."""
