"""From arrays to delivered files: texts, columns, faults, periods, atomic writing."""
