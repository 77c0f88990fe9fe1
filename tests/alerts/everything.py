"""Every scenario there is, of all applications."""

from itertools import chain

from tests.alerts.scenario import Scenario
from tests.alerts.scenarios import (
    ai_platform,
    cluster,
    elastic,
    jac_learning,
    models,
    objectives,
    platform,
    records,
    skillforge,
    universal_ai_tools,
)

_TABLES = (ai_platform, cluster, elastic, jac_learning, models, objectives, platform, records, skillforge, universal_ai_tools)


def every_scenario() -> list[Scenario]:
    """In the order of the files."""
    return list(chain.from_iterable(module.TABLE.scenarios for module in _TABLES))
