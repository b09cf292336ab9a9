"""A right that is withdrawn is gone with the next request of the same session: whoever had it, whatever it opened."""

import pytest

from services.models import CostOwner, UnitManager
from tests.conftest import TODAY
from tests.project.rights_walk import walk
from tests.project.test_rights import LINES, place, verdict
from vp_portal.core import roles
from vp_portal.core.access import Role

__all__ = ["walk"]

#: Who has something that a reader has not. What a person has in the plan is the person's, not the manager's.
WITH_RIGHTS = ["line_manager", "cost_owner", "plan_owner", "controller", "management", "administrator"]
OF_MONEY = ("overview:", "finance:")


def withdraw(user, asker):
    if asker == "line_manager":
        UnitManager.objects.filter(person__user=user).delete()
    elif asker == "cost_owner":
        CostOwner.objects.filter(person__user=user).delete()
    else:
        roles.withdraw(user, Role(asker), on=TODAY, by=None)


def opened_by(asker):
    """What is read otherwise by whom the table gives more than a reader. A file one has asked for stays one's own."""
    of = OF_MONEY if asker in {"line_manager", "cost_owner"} else ""
    for line in LINES:
        differs = line.verdicts[asker] not in {line.verdicts["reader"], "done"}
        if differs and "GET" in line.methods and line.address.startswith(of) and line.address != "goals:export_job":
            yield line


def answers(walk, visitor, lines, wanted):
    """(Address, what is answered, what the table says); everything about who asks is read anew."""
    visitor.answers.clear()
    found = []
    for line in lines:
        walk.known.clear()
        url, said = place(walk.world, line), line.verdicts[wanted]
        found.append((url, verdict(visitor.ask("GET", url, drawn=bool(line.whose)), line.whose, said), said))
    return [each for each in found if each[1] != each[2]]


@pytest.mark.parametrize("asker", WITH_RIGHTS)
def test_a_withdrawn_right_is_gone_from_the_next_request(walk, db, asker):
    visitor, lines = walk.visitor(asker), list(opened_by(asker))
    assert len(lines) > 5
    assert answers(walk, visitor, lines, asker) == []
    withdraw(walk.world.users[asker], asker)
    assert answers(walk, visitor, lines, "reader") == []
