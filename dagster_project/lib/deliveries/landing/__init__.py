"""Landing one delivered file: read, judge, find duplicates, write, book.

``steps`` has the order; each step is a statement over the whole file, nothing touches a row in
Python.
"""
