"""`python -m gluepot` is the `crawl` command."""

from .cli import main

main()
