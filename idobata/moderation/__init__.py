"""Keeping the board honest: reports, appeals, hiding, undoing, and the public log of it. Keeps reports until their case is long closed."""
