"""Tables in, tables out: the whole evaluation of units over months."""
