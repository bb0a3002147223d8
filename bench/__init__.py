"""Measurements, each beside the bare thing in the same run: absolute figures move with the machine, ratios hardly."""
