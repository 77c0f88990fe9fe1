"""All of Kibana's saved objects for one environment: what the setup Job imports, space by space."""

from catalog.catalog import Catalog
from dashboards.kibana.objects import SavedObject, dashboard, data_view
from dashboards.kibana.pages import pages, searches
from dashboards.kibana.scope import Scope, scopes
from rendering.elastic.request import Request
from rendering.elastic.spaces import path
from rendering.site import Site

_API = "/api/saved_objects"


def requests(catalog: Catalog, site: Site) -> list[Request]:
    """One import for each space, after the space itself (`rendering.elastic.everything.requests`)."""
    return [
        Request(
            f"objects {scope.space}",
            "kibana",
            "POST",
            path(scope.space, f"{_API}/_import?overwrite=true"),
            objects(scope),
            kind="objects",
            read=path(scope.space, f"{_API}/_export"),
        )
        for scope in scopes(catalog, site)
    ]


def objects(scope: Scope) -> list[SavedObject]:
    """What a space holds; an object comes after those that it refers to."""
    return [
        *(data_view(scope, view) for view in scope.patterns),
        *searches(scope),
        *(dashboard(scope, page) for page in pages(scope)),
    ]
