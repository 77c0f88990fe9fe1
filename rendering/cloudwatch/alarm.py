"""One alarm as the provider takes it, with the choices that all of ours share: what missing data mean is never left to a default."""

from dataclasses import dataclass, field
from typing import Any, Literal

from rendering.cloudwatch.conditions import Condition
from rendering.resource import Ref, Resource

METRIC, COMPOSITE = "aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm"
LONGEST = 1024
"""Characters of a description (PutMetricAlarm, `AlarmDescription`)."""
Missing = Literal["notBreaching", "breaching", "missing", "ignore"]


@dataclass(frozen=True)
class Alarm:
    """What an alarm watches and whom it tells."""

    name: str
    """The resource's, as `skillforge.postgres.DatabaseCpuHigh`."""
    title: str
    """The alarm's own name in CloudWatch."""
    description: str
    tags: dict[str, str]
    condition: Condition | None = None
    rule: str | None = None
    """Of a composite: other alarms by their names."""
    missing: Missing = "notBreaching"
    told: tuple[Ref, ...] = ()
    """Topics that hear of it when it fires and when it ends; a part of a composite tells nobody."""
    told_of_missing: tuple[Ref, ...] = ()
    region: str | None = None
    after: tuple[Ref, ...] = field(default=())

    def resource(self) -> Resource:
        """As the provider takes it; ValueError where it has neither condition nor rule."""
        inputs: dict[str, Any] = {"alarmDescription": self.description, "actionsEnabled": bool(self.told or self.told_of_missing)}
        inputs |= {"alarmActions": list(self.told), "okActions": list(self.told)} if self.told else {}
        inputs |= {"insufficientDataActions": list(self.told_of_missing)} if self.told_of_missing else {}
        inputs |= {"region": self.region} if self.region else {}
        inputs["tags"] = self.tags
        if self.rule is not None:
            return Resource(COMPOSITE, self.name, {"alarmName": self.title, "alarmRule": self.rule, **inputs}, after=self.after)
        if self.condition is None:
            raise ValueError(f"{self.name}: an alarm has a condition or a rule")
        counted = {"evaluationPeriods": self.condition.periods, "datapointsToAlarm": self.condition.wrong}
        own = {"name": self.title, **self.condition.inputs, **counted, "treatMissingData": self.missing}
        return Resource(METRIC, self.name, own | inputs, after=self.after)
