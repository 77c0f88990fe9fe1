"""A notification in the terminal as its reader gets it; one plain line each where nobody looks at a terminal."""

from datetime import datetime

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from demo.notification import Notification

WIDTH = 100


def show(console: Console, notification: Notification) -> None:
    """Prints one notification."""
    now = datetime.now().astimezone().strftime("%H:%M:%S")
    if console.is_terminal:
        console.print(panel(notification, now))
    else:
        console.print(line(notification, now), markup=False, soft_wrap=True)


def line(notification: Notification, now: str) -> str:
    """One line: when, how it reached whom, what, and where the runbook is."""
    told = notification.lines[0] if notification.lines and not notification.resolved else ""
    runbook = notification.link("Runbook")
    parts = (notification.title, told, f"runbook {runbook}" if runbook and not notification.resolved else "")
    return f"{now} {notification.icon} {notification.way} {notification.to}: " + " | ".join(part for part in parts if part)


def panel(notification: Notification, now: str) -> Panel:
    """A box in the message's colour: title, fields, what users suffer and what to do, links."""
    colour = notification.colour
    parts: list[Text | Table] = [Text(f"{notification.icon} {notification.title}", style=f"bold {colour}"), Text()]
    parts += [_line(text) for text in notification.lines]
    if notification.fields:
        parts += [Text(), _fields(notification.fields)]
    if notification.links and not notification.resolved:
        parts += [Text(), *(_link(name, address) for name, address in notification.links)]
    phone = "📟 " if notification.pages and not notification.resolved else ""
    header = Text(f" {phone}{notification.way} → {notification.to} ", style="bold")
    return Panel(Group(*parts), title=header, title_align="left", subtitle=now, subtitle_align="right", border_style=colour, width=WIDTH)


def _line(text: str) -> Text:
    """`Impact: ...` with its first word set apart."""
    label, colon, rest = text.partition(": ")
    return Text.assemble((f"{label}: ", "bold"), rest) if colon and label.isalpha() else Text(text)


def _fields(fields: tuple[tuple[str, str], ...]) -> Table:
    """Two fields a row, as Slack sets short ones."""
    table = Table.grid(padding=(0, 3))
    cells = [Text.assemble((f"{name} ", "dim"), value) for name, value in fields]
    for first, second in zip(cells[::2], [*cells[1::2], Text()], strict=False):
        table.add_row(first, second)
    return table


def _link(name: str, address: str) -> Text:
    """The whole address is behind the text; what is shown of it may be cut."""
    style = f"underline link {address}"
    return Text.assemble(("→ ", "dim"), (name, f"bold {style}"), "  ", (address, style), no_wrap=True, overflow="ellipsis")
