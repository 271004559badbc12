"""Benchmarks of the whole installation, as ratios measured in one run. See docs/benchmarks.md."""
