"""Users that are not there: requests of a steady rate, made over HTTP against the service itself."""

import http.client
import threading
from concurrent.futures import ThreadPoolExecutor

from examples.application.logs import correlate
from examples.application.server import HOST

AT_ONCE = 40
"""Users that wait for an answer at the same time; slowness beyond that lowers the rate, as it does with people."""
PATIENCE = 5.0  # seconds
REQUESTS = (("POST", "/api/chat"), ("POST", "/api/chat"), ("GET", "/api/history"))


def start(port: int, rate: float, stop: threading.Event) -> threading.Thread:
    """Makes `rate` requests a second in the background until `stop` is set."""
    thread = threading.Thread(target=_run, args=(port, rate, stop), name="traffic", daemon=True)
    thread.start()
    return thread


def _run(port: int, rate: float, stop: threading.Event) -> None:
    waiting = threading.BoundedSemaphore(AT_ONCE)
    number = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while not stop.wait(1 / rate):
            if waiting.acquire(blocking=False):
                number += 1
                pool.submit(_request, port, *REQUESTS[number % len(REQUESTS)]).add_done_callback(lambda _: waiting.release())


def _request(port: int, method: str, path: str) -> None:
    """One request of one user, who starts a trace; that it failed is the service's to count."""
    connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
    try:
        connection.request(method, path, headers=correlate(None, None).headers)
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        pass
    finally:
        connection.close()
