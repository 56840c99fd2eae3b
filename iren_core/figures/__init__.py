"""Results as pictures. Nothing is computed here: every number drawn was handed in."""
