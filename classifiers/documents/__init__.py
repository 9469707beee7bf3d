"""Documents that nest: JSON, BSON, XML and Ion."""
