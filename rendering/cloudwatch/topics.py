"""Topics that alarms tell: one for each team, priority and severity, encrypted, and whoever hears of it behind it."""

from collections.abc import Iterable, Iterator

from catalog.base import Priority, Severity
from catalog.catalog import Catalog, PlacedAlert
from catalog.people import Team
from rendering import secrets
from rendering.aws.place import Place
from rendering.aws.policies import allow, deny, document, service_trust
from rendering.cloudwatch import names
from rendering.cloudwatch.keys import key_of
from rendering.cloudwatch.settings import ChatSettings, CloudwatchSettings
from rendering.resource import Ref, Resource, refs
from rendering.secrets import SecretKey
from rendering.site import Site

TOPIC, POLICY = "aws:sns/topic:Topic", "aws:sns/topicPolicy:TopicPolicy"
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
CHAT = "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration"
ROLE = "aws:iam/role:Role"
_PREFIX = "alarms"
_PUBLISHERS = ("budgets", "cloudwatch", "costalerts", "events")
"""Services of AWS' that may tell: alarms, budgets, cost anomalies, events."""
_PLACES = {"p1": "critical", "p2-critical": "critical", "p2-warning": "warning", "p3": "warning", "info": "info"}
"""Topics of a team, with the severity whose channel hears of each."""


def topic(team: str, priority: Priority, severity: Severity, region: str | None = None) -> Ref:
    """The ARN of a team's topic; whoever refers to one makes it be there."""
    return Ref(TOPIC, ".".join((_PREFIX, team, names.place_of(severity, priority.value), *((region,) if region else ()))), "arn")


def topic_of(placed: PlacedAlert, region: str | None) -> Ref:
    """The topic of an alert."""
    return topic(placed.team, placed.alert.priority, placed.alert.effective_severity, region)


def ticket_topic(placed: PlacedAlert, region: str | None) -> Ref:
    """The topic that hears of an alert's missing data."""
    return topic(placed.team, Priority.P3, Severity.WARNING, region)


def resources(catalog: Catalog, site: Site, rendered: Iterable[Resource]) -> list[Resource]:
    """Every topic that something rendered tells, with its policy and its subscriptions."""
    if site.aws is None or site.aws.cloudwatch is None:
        return []
    settings, place = site.aws.cloudwatch, site.aws.place
    wanted = sorted({ref.name for each in rendered for ref in refs(each.inputs) if ref.kind == TOPIC})
    found: list[Resource] = []
    for name in wanted:
        team, kind, region = _read(name)
        found += _topic(name, team, kind, region, place)
        found += _subscriptions(name, team, kind, region, catalog.teams[team], settings, site)
    return [*found, *_chat(wanted, catalog, settings, site)]


def _read(name: str) -> tuple[str, str, str | None]:
    """Team, place and region of a topic's logical name."""
    _, team, kind, *rest = name.split(".")
    return team, kind, rest[0] if rest else None


def _topic(name: str, team: str, kind: str, region: str | None, place: Place) -> Iterator[Resource]:
    there = {"region": region} if region else {}
    inputs = {"name": place.name(f"{team}-{kind}"), "displayName": f"{team} {kind}", "kmsMasterKeyId": key_of(region)}
    made = Resource(TOPIC, name, {**inputs, "signatureVersion": 2, "tags": {"team": team, "priority": kind}, **there})
    yield made
    services = {"Service": [f"{service}.amazonaws.com" for service in _PUBLISHERS]}
    own = {"StringEquals": {"aws:SourceAccount": place.account}}
    plain = {"Bool": {"aws:SecureTransport": "false"}}
    policy = document(
        allow("OfThisAccount", ["sns:Publish"], made.arn, own, services),
        deny("Plain", ["sns:Publish"], made.arn, plain, {"AWS": "*"}),
    )
    yield Resource(POLICY, name, {"arn": made.arn, "policy": policy, **there})


def _subscriptions(
    name: str, team: str, kind: str, region: str | None, people: Team, settings: CloudwatchSettings, site: Site
) -> Iterator[Resource]:
    """A page goes to PagerDuty by EventBridge, or from here where the settings say so; a message to mail and webhook."""

    def subscribed(way: str, protocol: str, endpoint: str | SecretKey) -> Resource:
        inputs = {"topic": Ref(TOPIC, name, "arn"), "protocol": protocol, "endpoint": endpoint}
        inputs |= {"endpointAutoConfirms": True} if way == "pagerduty" else {}
        return Resource(SUBSCRIPTION, f"{name}.{way}", {**inputs, **({"region": region} if region else {})})

    if settings.emails:
        yield subscribed("email", "email", people.email)
    if people.webhook and site.webhooks:
        yield subscribed("webhook", "https", secrets.webhook(team))
    if kind in ("p1", "p2-critical", "p2-warning") and people.pagerduty and site.pagerduty and settings.pagerduty == "topics":
        purpose = f"address of PagerDuty's CloudWatch integration for team {team} (https://events.pagerduty.com/integration/…/enqueue)"
        yield subscribed("pagerduty", "https", SecretKey(f"pagerduty-cloudwatch-{team}", "url", purpose))


def _chat(wanted: list[str], catalog: Catalog, settings: CloudwatchSettings, site: Site) -> Iterator[Resource]:
    """A channel with the topics that it shows: Amazon Q Developer in chat applications subscribes by itself."""
    chat = settings.chat
    if chat is None or not site.slack or site.aws is None:
        return
    shown: dict[str, list[Ref]] = {}
    for name in wanted:
        team, kind, _ = _read(name)
        channel = catalog.teams[team].slack.get(Severity(_PLACES[kind]))
        if channel in chat.channels:
            shown.setdefault(channel, []).append(Ref(TOPIC, name, "arn"))
    if not shown:
        return
    role = _chat_role(site.aws.place)
    yield role
    for channel, topics in shown.items():
        yield _channel(channel, topics, chat, role, site.aws.place)


def _chat_role(place: Place) -> Resource:
    """What a channel's members may do by way of the chat: look at nothing but CloudWatch's own graphs in the message."""
    trust = service_trust(place, "chatbot")
    return Resource(ROLE, "chat", {"name": place.name("chat"), "assumeRolePolicy": trust, "description": "Alarms in chat channels"})


def _channel(channel: str, topics: list[Ref], chat: ChatSettings, role: Resource, place: Place) -> Resource:
    inputs = {
        "configurationName": place.name(channel.removeprefix("#")),
        "slackTeamId": chat.workspace_id,
        "slackChannelId": chat.channels[channel],
        "iamRoleArn": role.arn,
        "snsTopicArns": topics,
        "guardrailPolicyArns": [f"arn:{place.partition}:iam::aws:policy/CloudWatchReadOnlyAccess"],
        "loggingLevel": "ERROR",
        "userAuthorizationRequired": True,
    }
    return Resource(CHAT, channel.removeprefix("#"), inputs)
