"""Telling people what became of jobs, and a dead man's switch that jobs still run."""
