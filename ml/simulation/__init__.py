"""The demo province: deliveries of any size, deterministic by seed, with their truth kept apart.

``write_province`` is the entry.  ``people`` holds who the customers are and what moves them,
``billing`` what they owe and pay, ``channels`` what the channels do, ``delivery`` the files.
"""

from ml.simulation.province import ProvinceReport, write_province

__all__ = ["ProvinceReport", "write_province"]
