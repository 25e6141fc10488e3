"""The forecasters that compete, behind one signature; ``registry`` lists them."""
