"""Whether a container engine answers on this machine."""

import gc
import warnings

import docker.errors
from testcontainers.core.docker_client import DockerClient


def engine_answers() -> bool:
    """Ask it; no engine, no rights or no answer are all a no."""
    with warnings.catch_warnings():
        # After a no the client leaves its socket to whoever cleans up: that is us, now, and not a test later.
        warnings.simplefilter("ignore", ResourceWarning)
        answers = _answers()
        gc.collect()
    return answers


def _answers() -> bool:
    try:
        return bool(DockerClient().client.ping())
    except (docker.errors.DockerException, OSError):
        return False
