"""`python -m examples.application`: the service on one loopback port, its switches on another, traffic against itself."""

import argparse
import os
import threading
from signal import SIGINT, SIGTERM, signal
from types import FrameType

from examples.application import logs, server, traces, traffic
from examples.application.chat import Chat
from examples.application.metrics import Metrics
from examples.application.switches import Switches


def main() -> None:
    """Serves until it is asked to end."""
    parser = argparse.ArgumentParser(prog="python -m examples.application", description=__doc__)
    parser.add_argument("--port", type=int, default=8016, help="where the service listens (default: the catalog's 8016)")
    parser.add_argument("--control", type=int, default=8116, help="where its switches listen")
    name = os.environ.get("OTEL_SERVICE_NAME", "chat-service")  # from the ConfigMap that the service is handed
    parser.add_argument("--service", default=name, help="the name that it goes by in logs and gauges")
    parser.add_argument("--rate", type=float, default=20.0, help="requests a second that it makes against itself; 0: none")
    arguments = parser.parse_args()
    logs.set_up(arguments.service)
    end_traces = traces.set_up()
    chat = Chat(Metrics(arguments.service), Switches())
    servers = [server.service(arguments.port, chat), server.control(arguments.control, chat)]
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    for number in (SIGINT, SIGTERM):
        signal(number, end)
    for each in servers:
        threading.Thread(target=each.serve_forever, daemon=True).start()
    if arguments.rate:
        traffic.start(arguments.port, arguments.rate, ended)
    logs.event("business_event", "started", port=arguments.port)
    ended.wait()
    end_traces()


if __name__ == "__main__":
    main()
