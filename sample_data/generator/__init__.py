"""Makes the synthetic sample cohort: hand-set values where the study prints numbers, seeded draws elsewhere."""
