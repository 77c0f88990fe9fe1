"""Everything that the catalog means in PagerDuty, and which secrets come of it."""

from catalog.catalog import Catalog
from rendering import secrets
from rendering.pagerduty import company, people, policies, services
from rendering.pagerduty.calls import calls
from rendering.pagerduty.settings import Account
from rendering.resource import Ref, Resource
from rendering.secrets import SecretKey


def resources(catalog: Catalog, account: Account) -> list[Resource]:
    """All of it."""
    called = calls(catalog)
    return [made for part in (people, policies, services, company) for made in part.resources(catalog, called, account)]


def keys(catalog: Catalog) -> dict[SecretKey, Ref]:
    """Secrets that are made there, each with where it is read: the routing key that a team's senders share."""
    return {secrets.pagerduty(call.team): services.parameters(call.team) for call in calls(catalog)}
