#!/usr/bin/env python3
"""Trial run and tests on a machine that has Python 3.11 or newer and nothing else.

Any Python, even 2.7, can parse this file (so it is ASCII only): a too old one gets a sentence, not a syntax error.
"""

import sys

OLDEST = (3, 11)

if sys.version_info < OLDEST:
    sys.stderr.write(
        "Detta Python har version {0}.{1}, men VP-portalen fordrar {2}.{3} eller senare: "
        "installera ett senare och starta med det, till exempel python{2}.{3} run.py\n".format(
            *(tuple(sys.version_info[:2]) + OLDEST)
        )
    )
    sys.exit(1)

if __name__ == "__main__":
    from vp_portal.trial.cli import main

    sys.exit(main(sys.argv[1:]))
