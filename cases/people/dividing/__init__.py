"""How the work is divided: who carries how much of it."""
