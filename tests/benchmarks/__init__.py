"""What a run costs, measured by `make bench`; nothing in here is part of `make test`."""
