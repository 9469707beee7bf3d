"""Where rows lie in databases: engines, addresses, secrets, and sessions that say what there is and read it.

Nothing here ever writes: a session is one read-only connection. This module imports nothing heavy.
"""
