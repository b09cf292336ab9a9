"""What the rows of a SIE file consist of, and which dimension is which part of the code string."""

from collections.abc import Mapping

from finance.choices import CODE_ROLES, ColumnRole
from finance.importing.columns import Names, role_of

#: Reserved numbers. Employees (7) are persons and never read; cost objects (2) are read only by a profile.
STANDARD = {"1": ColumnRole.COST_CENTRE.value, "6": ColumnRole.PROJECT.value}
NOT_READ = ("7",)
OBJECT_ROLES = tuple(role for role in CODE_ROLES if role != ColumnRole.ACCOUNT)
#: The columns of every row, in order.
COLUMNS = (
    ColumnRole.ACCOUNT,
    ColumnRole.ACCOUNT_NAME,
    *(role for code in OBJECT_ROLES for role in (code, ColumnRole(f"{code.value}_name"))),
    ColumnRole.PERIOD,
    ColumnRole.DATE,
    ColumnRole.VOUCHER_SERIES,
    ColumnRole.VOUCHER_NO,
    ColumnRole.TEXT,
    ColumnRole.AMOUNT,
)


def names_of_objects(names: Names) -> dict[str, str]:
    """The names that a dimension may be known by, as plain data: all of them for `roles_of`."""
    return {name: role.value for name, role in names.items() if role in OBJECT_ROLES}


def roles_of(dimensions: Mapping[str, str], chosen: Mapping[str, str], names: Names) -> dict[str, str]:
    """Dimension → role: chosen by hand or profile, else the standard's number, else a free one's own name."""
    roles = dict(STANDARD)
    for number, name in dimensions.items():
        role = role_of(name, names)
        if number.isdigit() and int(number) >= 20 and role in OBJECT_ROLES and role.value not in roles.values():
            roles[number] = role.value
    for number, role_name in chosen.items():
        roles = {other: role for other, role in roles.items() if role != role_name}
        roles[number] = role_name
    return {number: role for number, role in roles.items() if role and number not in NOT_READ}
