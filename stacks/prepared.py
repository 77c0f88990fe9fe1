"""An environment that is judged and made up in full, of which nothing is registered yet."""

from dataclasses import dataclass

from catalog.catalog import Catalog
from rendering.costs.estimate import Estimate
from rendering.documents import Rendered
from stacks.aws import AwsAccount
from stacks.datadog import Account
from stacks.filled import VendorAccount
from stacks.grafana import Filling
from stacks.plan import Plan
from stacks.settings import Settings


@dataclass(frozen=True)
class Prepared:
    """An environment that is known to be right, before anything of it is registered."""

    settings: Settings
    catalog: Catalog
    documents: Rendered
    plan: Plan
    filling: Filling | None
    """What Grafana is filled with, once it can be; None where there is no Grafana of ours."""
    account: Account | None
    """What Datadog's account is filled with; None where Datadog is off."""
    aws: AwsAccount | None
    """What Amazon's account is filled with; None where Amazon is off."""
    vendors: dict[str, VendorAccount]
    """What other vendors' accounts are filled with, by the settings' names of them."""
    costs: Estimate | None
    """What all of it costs a month; None where the settings say nothing of traffic."""

    @property
    def files(self) -> dict[str, str]:
        """What `make render` writes besides Kubernetes objects, by path."""
        contents = [part.files for part in (self.filling, self.account, self.aws, *self.vendors.values()) if part]
        return self.documents.files | self.plan.logs.files | {path: text for files in contents for path, text in files.items()}
