"""What values show of a type, as summaries that merge, and the catalog types that they mean."""
