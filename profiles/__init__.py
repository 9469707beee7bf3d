"""What a table's columns hold: counts, extremes and samples that merge, and what the values mean.

`Profiler` gathers from Arrow batches, `columns.py` and `sample.py` hold what is gathered, `semantic.py`
decides what texts mean, `keep.py` writes all of it to a catalog.
"""
