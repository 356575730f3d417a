"""Puts the folders of the end-to-end tests and of the ledger on the module path."""
import pathlib
import sys

TESTS = pathlib.Path(__file__).resolve().parent.parent
for name in ("e2e", "ledger"):
    sys.path.append(str(TESTS / name))
