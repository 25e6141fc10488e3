"""From a delivered file to text columns with line numbers, as a stream of Arrow batches.

``archives`` opens, ``decoding`` makes clean UTF-8 lines, ``fixed_width`` and ``delimited`` make
columns of them, ``arrow_files`` reads Excel and Parquet; ``opening`` chooses. Nothing here knows
a source contract.
"""
