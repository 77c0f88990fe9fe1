"""What Grafana is filled with, through its provider: registered by type token, like everything of a provider whose SDK we do not import.

Importing that SDK costs 0.4 s and 15 MB with compiled bytecode, 1.1 s without; type tokens cost nothing.
"""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

import pulumi

from catalog.faults import Fault
from components.base import SIMULATED, Component, Resource
from components.cluster import Cluster
from components.context import Context
from components.grafana_settings import GrafanaSettings
from components.pods import metadata
from components.secrets import PROJECT, Made, Need, given
from dashboards.grafana.content import Content
from rendering.document import Document
from rendering.secrets import SecretKey

AUTH = "GRAFANA_AUTH"
"""The provider reads this variable itself, so a credential given by it is in no state."""
AUTH_KEY = "grafanaAuth"
TOKENS = "grafana-tokens"
"""The Secret with machines' tokens, a key for each account."""
_NOWHERE = "http://simulated.invalid"
_TYPES = {
    "team": "grafana:oss/team:Team",
    "folder": "grafana:oss/folder:Folder",
    "permission": "grafana:oss/folderPermission:FolderPermission",
    "account": "grafana:oss/serviceAccount:ServiceAccount",
    "token": "grafana:oss/serviceAccountToken:ServiceAccountToken",
    "source": "grafana:oss/dataSource:DataSource",
    "dashboard": "grafana:oss/dashboard:Dashboard",
    "preferences": "grafana:oss/organizationPreferences:OrganizationPreferences",
    "template": "grafana:alerting/messageTemplate:MessageTemplate",
    "point": "grafana:alerting/contactPoint:ContactPoint",
    "policy": "grafana:alerting/notificationPolicy:NotificationPolicy",
}
_SECRET_OUTPUTS = {"source": ("httpHeaders", "secureJsonDataEncoded"), "token": ("key",)}
_CONTACT_SECRETS = ("slacks", "pagerduties")


class Token(Resource):
    """A service account's token."""

    @property
    def key(self) -> pulumi.Output[str]:
        """What machines send as `Authorization: Bearer`."""
        return cast("pulumi.Output[str]", self.__dict__["key"])


def credential() -> str | pulumi.Output[str] | None:
    """What the provider logs in with: the environment's, else the secret configuration's."""
    return os.environ.get(AUTH) or pulumi.Config(PROJECT).get_secret(AUTH_KEY)


def unauthorised(stack: str) -> list[Fault]:
    """The fault of a run without a credential."""
    if credential() is not None:
        return []
    reason = "content goes through Grafana's API, and no credential of it is given"
    remedy = f"set {AUTH} in the environment to a service account's token (role Admin), which then stands in no state; or pulumi config set"
    return [Fault(f"Pulumi.{stack}.yaml", f"{PROJECT}:{AUTH_KEY}", "", reason, f"{remedy} --secret --stack {stack} {PROJECT}:{AUTH_KEY}")]


def needs(content: Content) -> list[Need]:
    """Secrets that go to Grafana with its content."""
    return [Need(secret.name, secret.key, secret.purpose) for secret in content.secrets]


def source_inputs(source: Document, value: Callable[[SecretKey], pulumi.Output[str]]) -> dict[str, Any]:
    """A data source as the provider takes it: its options as JSON text, the secret ones apart."""
    inputs: dict[str, Any] = {key: source[key] for key in ("uid", "name", "type", "url", "isDefault") if key in source}
    inputs |= {"accessMode": source["access"], "jsonDataEncoded": _json(source["jsonData"])}
    if source.get("basicAuth"):
        inputs |= {"basicAuthEnabled": True, "basicAuthUsername": source["basicAuthUser"]}
    if secrets := source.get("secureJsonData"):
        values = {key: value(secret) for key, secret in secrets.items()}
        inputs["secureJsonDataEncoded"] = pulumi.Output.secret(pulumi.Output.json_dumps(values, sort_keys=True))
    return inputs


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


class GrafanaContent(Component):
    """Everything that Grafana's provider makes; with the server it goes, without anybody having to delete it."""

    def __init__(
        self,
        name: str,
        cluster: Cluster,
        context: Context,
        settings: GrafanaSettings,
        content: Content,
        dashboards: Mapping[str, str],
        server: pulumi.Resource,
        known: Made | None = None,
    ) -> None:
        super().__init__(name, cluster)
        self._server = server
        self._known = known or {}
        self._simulated = settings.content.simulated
        self._grafana = self.provider("grafana", {"url": settings.url or _NOWHERE, **self._auth()}, ["auth"], [server])
        teams = {team["name"]: self._make("team", team["name"], team) for team in content.teams}
        folders = {folder["uid"]: self._folder(folder, teams) for folder in content.folders}
        for source in content.sources:
            self._make("source", source["uid"], source_inputs(source, self._value))
        made = {uid: self._dashboard(uid, text, content.places[uid], folders) for uid, text in dashboards.items()}
        self._tokens(context, content.accounts)
        self._contacts(content)
        if content.preferences is not None:
            home = content.preferences.get("homeDashboardUid", "")
            self._make("preferences", "organisation", content.preferences, [made[home]] if home in made else [])
        self.register_outputs({"dashboards": len(made), "tokens": TOKENS})

    def _auth(self) -> dict[str, pulumi.Output[str]]:
        """The configuration's credential; the environment's is read by the provider itself."""
        found = None if self._simulated else credential()
        return {"auth": found} if isinstance(found, pulumi.Output) else {}

    def _make(self, what: str, name: str, inputs: Mapping[str, Any], after: Iterable[pulumi.Resource] = ()) -> Resource:
        secrets = _SECRET_OUTPUTS.get(what, ())
        return self.resource(Resource, _TYPES[what], name, inputs, self._grafana, secrets, after=after, within=self._server)

    def _value(self, secret: SecretKey) -> pulumi.Output[str]:
        if self._simulated:
            return pulumi.Output.secret("(simulated)")
        return self._known.get((secret.name, secret.key)) or given(Need(secret.name, secret.key, secret.purpose))

    def _folder(self, folder: Document, teams: Mapping[str, Resource]) -> Resource:
        """A folder with all of its permissions: who is not named has none."""
        uid = str(folder["uid"])
        made = self._make("folder", uid, {"uid": uid, "title": folder["title"], "preventDestroyIfNotEmpty": True})
        permissions = [
            {"permission": each["permission"], **({"teamId": teams[each["team"]].id} if "team" in each else {"role": each["role"]})}
            for each in folder["permissions"]
        ]
        self._make("permission", uid, {"folderUid": uid, "permissions": permissions}, [made])
        return made

    def _dashboard(self, uid: str, text: str, folder: str, folders: Mapping[str, Resource]) -> Resource:
        """What somebody changed by hand is put back: the catalog is the place to change a dashboard."""
        return self._make("dashboard", uid, {"configJson": text, "folder": folder, "overwrite": True}, [folders[folder]])

    def _tokens(self, context: Context, accounts: Iterable[Document]) -> None:
        """Machines' accounts; their tokens are handed over in a Secret and never exported."""
        keys: dict[str, pulumi.Output[str]] = {}
        for account in accounts:
            name = str(account["name"])
            inputs = {"name": name, "serviceAccountId": self._make("account", name, account).id, "key": None}
            token = self.resource(Token, _TYPES["token"], name, inputs, self._grafana, _SECRET_OUTPUTS["token"], within=self._server)
            keys[name.rpartition("-")[2]] = token.key
        meta = metadata(TOKENS, context.namespaces.monitoring)
        if self._simulated:
            meta["annotations"] = {SIMULATED: "secrets"}
        self.manifest({"apiVersion": "v1", "kind": "Secret", "metadata": meta, "type": "Opaque", "stringData": keys})

    def _contacts(self, content: Content) -> None:
        templates = [self._make("template", template["name"], template) for template in content.contacts.templates]
        points = [self._make("point", point["name"], self._filled(point), templates) for point in content.contacts.points]
        if content.policy is not None:
            self._make("policy", "root", content.policy, points)

    def _filled(self, point: Document) -> Document:
        """A contact point with its secrets, each way of which may hold one."""
        ways = {
            key: [{name: self._value(part) if isinstance(part, SecretKey) else part for name, part in way.items()} for way in point[key]]
            for key in _CONTACT_SECRETS
            if key in point
        }
        return point | ways
