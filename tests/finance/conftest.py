import pytest

from tests.finance.ledger_world import World, booked_world
from vp_portal.core.access import Role


@pytest.fixture
def world(db, today) -> World:
    return booked_world()


@pytest.fixture
def see(client):
    """Opens a page as somebody: `see(user, "/finance/", by="owner")`."""

    signed_in = []

    def open_page(user, path="/finance/", **query):
        if signed_in != [user]:  # Signing in asks the database too.
            client.force_login(user)
            signed_in[:] = [user]
        return client.get(path, query)

    return open_page


@pytest.fixture
def as_controller(see, world):
    return lambda path="/finance/", **query: see(world.users[Role.CONTROLLER], path, **query)
