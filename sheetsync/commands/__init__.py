"""What each command does, a module a command; `sheetsync.cli` says how it is called, and imports it when it is."""
