"""The ``jiaofei`` command line; one command a module, decisions in ``lib``."""
