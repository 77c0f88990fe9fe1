"""All that the catalog means to CloudWatch in one environment, in one go; nothing where it is off."""

from collections.abc import Iterable, Iterator

from catalog.aws import KINDS, AwsResource, reproaches
from catalog.catalog import Catalog
from catalog.faults import Fault, nearest
from rendering.cloudwatch import alarms, check, incidents, insights, keys, logs, streams, topics
from rendering.cloudwatch.settings import CloudwatchSettings
from rendering.resource import Resource
from rendering.site import Site


def resources(catalog: Catalog, site: Site, further: Iterable[Resource] = ()) -> list[Resource]:
    """Every resource of ours; topics and incidents of `further` alarms are among them. ValueError where CloudWatch would refuse one."""
    if site.aws is None or site.aws.cloudwatch is None:
        return []
    others = list(further)
    found = [*logs.resources(catalog, site), *alarms.resources(catalog, site)]
    found += [*insights.resources(catalog, site), *streams.resources(site)]
    found += incidents.resources(catalog, site, [*found, *others])
    made = topics.resources(catalog, site, [*found, *others])
    found += [*made, *keys.resources(site.aws.place, made)]
    if wrong := check.faults(found):
        raise ValueError("; ".join(wrong))
    return found


def faults(catalog: Catalog, site: Site, file: str, key: str) -> list[Fault]:
    """What the settings say that neither they nor the catalog can know alone; `key` is where AWS' settings stand."""
    settings = site.aws.cloudwatch if site.aws else None
    if site.aws is None or settings is None:
        return []
    place = f"{key}.cloudwatch"
    found = [Fault(file, f"{place}.{each}", value, reason, remedy) for each, value, reason, remedy in _resources(catalog, settings)]
    if settings.log_groups and site.aws.logs is None and (open_ := sorted(set(settings.log_groups) - settings.retention.keys())):
        reason = f"nobody says how long records of {', '.join(open_)} are kept: this stack has no `logs`"
        found.append(Fault(file, f"{place}.retention", "", reason, "write `logs`, or days for each of them here"))
    for group in logs.groups(catalog, site):
        try:
            logs.retention(group, settings, site.aws.logs)
        except ValueError as error:
            reason, _, remedy = str(error).partition("; ")
            found.append(Fault(file, "observatory:settings.logs.retention.keep", group.name, reason, remedy))
            break
    channels = {channel for team in catalog.teams.values() for channel in team.slack.values()}
    for channel in sorted(set(settings.chat.channels) - channels) if settings.chat else ():
        reason = "no team has this channel"
        found.append(Fault(file, f"{place}.chat.channels", channel, reason, nearest(channel, channels)))
    return found


def _resources(catalog: Catalog, settings: CloudwatchSettings) -> Iterator[tuple[str, str, str, str]]:
    """Dimensions that the settings give, against the catalog's resources."""
    known: dict[str, dict[str, AwsResource]] = {}
    for subject in catalog.subjects():
        known.setdefault(subject.application.application, {}).update(subject.watched.aws)
    for application, given in settings.resources.items():
        if application not in known:
            yield f"resources.{application}", application, "the catalog has no application of this name", nearest(application, known)
            continue
        for name, values in given.items():
            resource = known[application].get(name)
            if resource is None:
                remedy = nearest(name, known[application])
                yield f"resources.{application}.{name}", name, f"{application} has no AWS resource of this name", remedy
                continue
            merged = resource.model_copy(update={"dimensions": {**resource.dimensions, **values}})
            unknown = values.keys() - KINDS[resource.kind].dimensions.keys()
            for each, value, reason, remedy in reproaches(merged):
                if unknown or each.rpartition(".")[2] in values:
                    yield f"resources.{application}.{name}.{each}", value, reason, remedy
