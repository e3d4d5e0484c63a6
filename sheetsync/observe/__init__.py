"""How the daemon shows itself: logs, metrics, and what it tells systemd."""
