"""Quotas that are kept: each request has its turn, and waits for it, so that no server has to refuse it."""
