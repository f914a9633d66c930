"""Load and limit measurements; see README.md."""
