"""What a person decides about synthetic tests: where from, on which devices, and how many runs a month may cost money."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from catalog.base import Model

# Names of managed locations (GET /api/v1/synthetics/locations), ids of private ones.
Location = Annotated[str, StringConstraints(pattern=r"^(aws|azure|gcp):[a-z0-9-]+$")]
PrivateLocation = Annotated[str, StringConstraints(pattern=r"^pl:[a-z0-9-]+$")]
# «chrome.laptop_large» and its like (terraform-provider-datadog, synthetics_test).
BrowserDevice = Annotated[str, StringConstraints(pattern=r"^(chrome|firefox|edge)\.(laptop_large|tablet|mobile_small)$")]
MobileDevice = Annotated[str, StringConstraints(pattern=r"^synthetics:mobile:device:[a-z0-9_]+$")]


class MobileApplication(Model):
    """An application that was uploaded to Datadog (by its `datadog-ci`, at each release): no file of ours holds one."""

    id: str = Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
    """Datadog's id of it; its latest version is tried."""
    devices: tuple[MobileDevice, ...] = Field(min_length=1)
    """Each is a run of its own."""


class SyntheticsSettings(Model):
    """Synthetic tests of one environment."""

    runs_per_month: int = Field(ge=1)
    """Most runs that may be planned for 30 days, of all kinds together; the steps of a multi-step API test are billed one by one."""
    locations: tuple[Location, ...] = Field(min_length=1)
    """Datadog's own locations, for what the public reaches; each is a run of its own."""
    private_location: Literal["create"] | PrivateLocation | None = None
    """Who asks addresses inside the cluster: a location that we make, one that there is; none: only Prometheus asks them."""
    browsers: tuple[BrowserDevice, ...] = Field(default=("chrome.laptop_large",), min_length=1)
    """Each is a run of its own."""
    mobile: dict[str, MobileApplication] = Field(default_factory=dict)
    """By the name that mobile journeys `open`; journeys through others are left out."""
    paused: bool = False
    """Tests exist and nobody runs them."""
