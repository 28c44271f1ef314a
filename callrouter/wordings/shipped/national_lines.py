"""The national help lines, as they are spoken. *Pure.*"""

SAMHSA = "1 800 6 6 2, 4 3 5 7"
