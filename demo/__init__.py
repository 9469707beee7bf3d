"""A small coffee shop to try gluepot on: files as a till exports them, and a database of what its guests say."""
