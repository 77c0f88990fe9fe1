"""The checks of a stack that runs: each asks the systems themselves and says what is not as it should be."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from rendering.doctor.asking import Place, UnansweredError, said
from rendering.doctor.delivery import NAME as DELIVERY
from rendering.doctor.delivery import WAIT, delivery
from rendering.doctor.finding import Finding, State
from rendering.doctor.wanted import Expectation, Wanted

TARGETS, RULES, CLUSTER, SOURCES, ELASTICSEARCH = "targets up", "rules loaded", "Alertmanager cluster", "data sources", "Elasticsearch"
_SHOWN = 5
"""How many names one line holds."""
_SECONDS = {"days": 86_400, "hours": 3_600}
_UNASKED = (404, 501)
"""A data source without a check of its own: its plugin says that it has none (grafana/pkg/api, `checkDatasourceHealth`)."""
_DENIED = (401, 403)


@dataclass(frozen=True)
class Systems:
    """Whom to ask. A system that is not there is not asked."""

    wanted: Wanted
    prometheus: Sequence[Place]
    alertmanager: Sequence[Place]
    grafana: Place | None = None
    elasticsearch: Place | None = None
    wait: float = field(default=WAIT, kw_only=True)
    """Seconds that the test alert's message may take."""


def names(wanted: Wanted) -> list[str]:
    """All checks of an environment, by name, in their order."""
    found = [TARGETS, RULES, CLUSTER, DELIVERY, *(each.name for each in wanted.expectations)]
    return list(dict.fromkeys([*found, *([SOURCES] if wanted.grafana else [])]))


def findings(systems: Systems) -> Iterator[Finding]:
    """Every check in turn; one that cannot ask says so, and the others go on."""
    wanted = systems.wanted
    checks: list[tuple[str, Callable[[], Iterator[Finding]]]] = []
    if systems.prometheus:
        checks += [
            (TARGETS, lambda: _each(systems.prometheus, TARGETS, targets)),
            (RULES, lambda: _each(systems.prometheus, RULES, lambda place: rules(place, wanted.rules))),
        ]
    if systems.alertmanager:
        checks += [
            (CLUSTER, lambda: _each(systems.alertmanager, CLUSTER, lambda place: cluster(place, len(wanted.alertmanager)))),
            (DELIVERY, lambda: delivery(systems.alertmanager, heartbeat=wanted.heartbeat, wait=systems.wait)),
        ]
    if systems.prometheus:
        checks += [(each.name, lambda each=each: expected(systems.prometheus, each)) for each in wanted.expectations]
    if elasticsearch := systems.elasticsearch:
        checks.append((ELASTICSEARCH, lambda: health(elasticsearch)))
    if grafana := systems.grafana:
        checks.append((SOURCES, lambda: sources(grafana, wanted.sources)))
    for name, check in checks:
        try:
            yield from check()
        except UnansweredError as error:
            yield unanswered(name, error)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            told = f"what answers there is something else: {type(error).__name__} {error}"
            yield Finding(name, State.MISSING, told, "check the address: another program answers at it")


def unanswered(name: str, error: UnansweredError) -> Finding:
    """Somebody could not be asked: that is no pass."""
    remedy = "check its pods, its Service and the NetworkPolicies between it and whoever asks (docs/operating.md, «How it asks»)"
    return Finding(name, State.MISSING, str(error), remedy)


def _each(places: Sequence[Place], name: str, check: Callable[[Place], Finding]) -> Iterator[Finding]:
    """One line where all replicas say the same, else one a replica."""
    found: list[tuple[Place, Finding]] = []
    for place in places:
        try:
            found.append((place, check(place)))
        except UnansweredError as error:
            found.append((place, unanswered(name, error)))
    if found and all(finding.state is State.OK for _, finding in found):
        first = found[0][1]
        yield Finding(name, State.OK, first.detail + (f", at each of {len(found)}" if len(found) > 1 else ""))
        return
    for place, finding in found:
        detail = finding.detail if place.name in finding.detail else f"{place.name}: {finding.detail}"
        yield Finding(name, finding.state, detail, finding.remedy)


def targets(place: Place) -> Finding:
    """Every target answers; one that was not asked yet is not down."""
    active: list[dict[str, Any]] = place.told("/api/v1/targets", {"state": "active"})["data"]["activeTargets"]
    down = [each for each in active if each["health"] == "down"]
    fresh = sum(each["health"] == "unknown" for each in active)
    if not active:
        remedy = "check that the operator runs, that monitors exist (kubectl get servicemonitor,podmonitor,probe -A) and Prometheus' rights"
        return Finding(TARGETS, State.WRONG, "Prometheus has no targets at all", remedy)
    if down:
        pools = Counter(str(each["scrapePool"]) for each in down)
        first = str(down[0].get("lastError") or "no reason given")
        told = (
            f"{len(down)} of {len(active)} are down: {_some([f'{pool} ({count})' for pool, count in pools.most_common()])}; first: {first}"
        )
        return Finding(TARGETS, State.WRONG, told, "check the pods, their port and the NetworkPolicy; switch off what does not run here")
    if fresh:
        return Finding(TARGETS, State.NOTE, f"{fresh} of {len(active)} were not asked yet", "run this again in a minute")
    return Finding(TARGETS, State.OK, f"{len(active)} of {len(active)}")


def rules(place: Place, wanted: dict[str, int]) -> Finding:
    """Every group with all of its rules, and none that fails."""
    groups: list[dict[str, Any]] = place.told("/api/v1/rules")["data"]["groups"]
    loaded: Counter[str] = Counter()
    for group in groups:
        loaded[str(group["name"])] += len(group["rules"])
    missing = sorted(name for name, count in wanted.items() if loaded[name] < count)
    failing = [rule for group in groups for rule in group["rules"] if rule["health"] == "err"]
    if missing:
        remedy = "see the operator's log and events: a rule object that it refuses is ignored as if it were not there"
        return Finding(RULES, State.WRONG, f"{len(missing)} of {len(wanted)} groups lack rules: {_some(missing)}", remedy)
    if failing:
        told = f"{len(failing)} rules fail: {_some([rule['name'] for rule in failing])}; first: {failing[0].get('lastError', '')}"
        return Finding(RULES, State.WRONG, told, "mend the rule's signal, or revert the change that brought it")
    return Finding(RULES, State.OK, f"{sum(loaded.values())} rules in {len(loaded)} groups")


def cluster(place: Place, size: int) -> Finding:
    """Each member knows all others; a lone one has nobody to gossip with."""
    told: dict[str, Any] = place.told("/api/v2/status")["cluster"]
    seen = len(told.get("peers") or [])
    if size > 1 and (told["status"] != "ready" or seen != size):
        remedy = "check the mesh's port between the pods (9094, TCP and UDP): members that do not gossip each notify"
        return Finding(CLUSTER, State.WRONG, f"{told['status']}, {seen} of {size} members", remedy)
    return Finding(CLUSTER, State.OK, f"{seen} of {size} members" if size > 1 else "one member")


def expected(places: Sequence[Place], wanted: Expectation) -> Iterator[Finding]:
    """A query's worst value, of the first replica that answers."""
    last = UnansweredError("no Prometheus is known")
    for place in places:
        try:
            result: list[dict[str, Any]] = place.told("/api/v1/query", {"query": wanted.query})["data"]["result"]
        except UnansweredError as error:
            last = error
            continue
        yield _judged(wanted, [(each["metric"], float(each["value"][1])) for each in result])
        return
    yield unanswered(wanted.name, last)


def _judged(wanted: Expectation, samples: list[tuple[dict[str, str], float]]) -> Finding:
    if not samples:
        state = State.WRONG if wanted.empty == "wrong" else State.NOTE
        return Finding(wanted.name, state, "Prometheus has no such series", wanted.remedy)
    lowest = wanted.above is not None
    worst, value = (min if lowest else max)(samples, key=lambda sample: sample[1])
    whose = "".join(f" {text}" for text in worst.values())
    shown = f"{value / _SECONDS.get(wanted.unit, 1):.4g}" + (f" {wanted.unit}" if wanted.unit in _SECONDS else wanted.unit)
    fine = (wanted.above is None or value > wanted.above) and (wanted.below is None or value < wanted.below)
    if fine:
        return Finding(wanted.name, State.OK, wanted.good.format(shown) + whose)
    return Finding(wanted.name, State.WRONG, f"not so: {wanted.good.format(shown)}{whose}", wanted.remedy)


def health(place: Place) -> Iterator[Finding]:
    """Elasticsearch's own word (`GET _cluster/health`)."""
    told: dict[str, Any] = place.told("/_cluster/health")
    colour, nodes = told["status"], told["number_of_nodes"]
    if colour == "green":
        yield Finding(ELASTICSEARCH, State.OK, f"green, {nodes} nodes")
        return
    remedy = "ask `GET _cluster/allocation/explain` for what holds the shards back (docs/logs.md)"
    yield Finding(ELASTICSEARCH, State.WRONG, f"{colour}, {nodes} nodes, {told['unassigned_shards']} shards unassigned", remedy)


def sources(place: Place, uids: Sequence[str]) -> Iterator[Finding]:
    """Grafana's own check of each data source; it answers 200 where all is well, 400 with the reason where not."""
    told = place.told("/api/health")
    if told.get("database") != "ok":
        yield Finding(SOURCES, State.WRONG, f"Grafana's database is {told.get('database')}", "see the log of Grafana's pods")
        return
    silent: list[str] = []
    bad: list[str] = []
    for uid in uids:
        answer = place.ask(f"/api/datasources/uid/{uid}/health")
        if answer.status in _DENIED:
            remedy = "give GRAFANA_AUTH a service account's token (role Viewer or more)"
            yield Finding(SOURCES, State.MISSING, f"Grafana is healthy, and refuses to tell of its sources: {said(answer)}", remedy)
            return
        if answer.status in _UNASKED:
            silent.append(uid)
        elif not answer.ok:
            bad.append(f"{uid}: {said(answer)}")
    if bad:
        yield Finding(SOURCES, State.WRONG, "; ".join(bad), "open the source in Grafana and test it; check its address and its secret")
    else:
        rest = f"; {_some(silent)} cannot be asked" if silent else ""
        yield Finding(SOURCES, State.OK, f"{len(uids) - len(silent)} of {len(uids)} are healthy{rest}")


def _some(texts: Sequence[str]) -> str:
    more = len(texts) - _SHOWN
    return ", ".join(texts[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
