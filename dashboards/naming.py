"""How dashboards, folders and data sources are called, so that links to them can be written before any is made."""

from rendering.dashboard_links import service_uid, uid

__all__ = ["application_uid", "service_uid", "uid"]


def application_uid(application: str) -> str:
    """The overview of one application."""
    return uid("app", application)
