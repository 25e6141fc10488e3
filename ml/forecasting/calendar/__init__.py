"""Days off, make-up workdays, the lunar New Year, and the days on which bills are issued."""
