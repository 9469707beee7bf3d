"""What users define themselves: classifiers of all four kinds that Glue has."""
