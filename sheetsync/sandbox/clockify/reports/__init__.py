"""The reports: a question and a body become the JSON of the answer."""
