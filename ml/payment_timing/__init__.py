"""When each customer pays next: models, their stack, windows, and the scores that prove them.

``fitted.fit`` takes states and outcomes of several origins, ``FittedTiming.score`` gives one row
per customer; ``contract`` is the vocabulary.  Nothing here reads a warehouse.
"""
