"""Encodes the names of a file, one a line, by the idna package: UTS 46 without its transition, then IDNA2008."""
import sys

import idna

for line in open(sys.argv[1], encoding="utf-8"):
    try:
        print(idna.encode(line.rstrip("\n"), uts46=True, transitional=False).decode("ascii"))
    except (idna.IDNAError, UnicodeError):
        print("refused")
