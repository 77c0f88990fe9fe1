"""How an application writes its records: what a pipeline must know to read them."""

from typing import Annotated, Literal

from pydantic import AfterValidator

from catalog.base import Model, Name
from catalog.grok import fault

Format = Literal["json", "bracketed", "python", "nginx", "klog", "syslog", "text"]
"""`json`: an object a line. `bracketed`: `[timestamp] level message`. `python`: the logging module's usual line. `nginx`: its access
and error logs. `klog`: Kubernetes' own. `syslog`: RFC 3164 or 5424. `text`: nothing is known of it."""


def _grok(text: str) -> str:
    """A grok expression that names patterns which exist, compiles, and cannot be made to try without end."""
    if (reason := fault(text)) is not None:
        raise ValueError(f"{text!r} is no usable grok expression: {reason}")
    return text


Grok = Annotated[str, AfterValidator(_grok)]


class Logs(Model):
    """An application's records."""

    index: Name | None = None
    """What its indices' names begin with; default: the application's name."""
    formats: tuple[Format, ...] = ("json",)
    """Tried in this order; a record that none of them fits is kept as text."""
    grok: tuple[Grok, ...] = ()
    """Further lines of its own, as grok expressions; tried before the formats."""
    direct: Name | None = None
    """An alias by which services write straight to Elasticsearch."""
    multiline: bool = True
    """Whether lines that begin with a blank, or as stack traces go on, belong to the record before."""
