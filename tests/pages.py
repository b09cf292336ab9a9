"""The portal's pages and the demo logins that open them."""

#: (login, address), everything that a menu or a manager's screen leads to.
PAGES = [
    ("chef1", "/"),
    ("chef2", "/"),
    ("las", "/"),
    ("plan", "/"),
    ("controller", "/"),
    ("ledning", "/"),
    ("admin", "/"),
    ("chef1", "/plan/"),
    ("chef1", "/plan/document/"),
    ("chef1", "/plan/results/3.1.2/"),
    ("plan", "/plan/results/3.1.1/"),
    ("chef1", "/services/"),
    ("chef1", "/services/TJ101/"),
    ("controller", "/services/TO1/"),
    ("controller", "/services/FO01/"),
    ("chef1", "/services/units/ITD/"),
    ("controller", "/finance/"),
    ("chef1", "/finance/"),
    ("controller", "/finance/postings/"),
    ("controller", "/finance/imports/"),
    ("controller", "/finance/imports/new/"),
    ("chef1", "/gallery/"),
    ("admin", "/audit/"),
    ("chef1", "/privacy/"),
]
