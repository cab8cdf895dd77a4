"""Asks the service in the same container how it is, for health checks: `python -m deploy.probe livez|readyz`.

Runs every few seconds beside every service, therefore it imports next to nothing.
"""

import os
import sys
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

SECONDS = 3.0


def fine(path: str, port: int) -> bool:
    """Whether the service on this port answers this path with 200, in time."""
    asking = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        asking.request("GET", f"/{path}")
        return asking.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        asking.close()


if __name__ == "__main__":
    sys.exit(not fine(sys.argv[1], int(os.environ["SIXSTEPS_HTTP_PORT"])))
