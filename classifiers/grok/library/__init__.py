"""The named patterns, by the program whose logs they read: written for gluepot from what the formats are."""
