"""How fast it is, as ratios: every row of the table in docs/design.md is measured against something bare, in one run, on one machine."""
