"""Formats that declare their columns: Avro, ORC and Parquet."""
