"""The campaign demo: one campaign from declaration to effect, on a province that responds to it.

It alone hands what the platform decided to the simulator, and reads the truth to compare with.
"""
