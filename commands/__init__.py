"""What the verbs of `crawl` share, and the verbs that are a group of their own; cli.py has the others."""
