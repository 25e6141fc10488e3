"""Write, audit, publish: immutable snapshots of the business tables, and the link ``current``.

``snapshot`` publishes, ``tables`` copies, ``workbook`` writes Excel, ``manifest`` says what is in a
snapshot and where it came from, ``history`` lists, goes back and prunes, ``audit`` compares.
"""
