"""Signing in, for the tests of the sync's pages."""

SECRET = "secret-of-tryton"


def act_as(client, factory):
    """Sign a new member of this kind in."""
    member = factory()
    client.force_login(member)
    return member
