"""Layer 1's front door: delivered files become typed Parquet, a quarantine and a ledger.

``discovery`` matches files to ``profiles``, ``reading`` turns bytes into text columns,
``validation`` types and judges them in SQL, ``landing`` does it for one file, ``session`` for all.
"""
