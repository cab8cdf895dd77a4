"""Whether a container engine answers on this machine."""

import docker.errors
from testcontainers.core.docker_client import DockerClient


def engine_answers() -> bool:
    """Ask it; no engine, no rights or no answer are all a no."""
    try:
        return bool(DockerClient().client.ping())
    except (docker.errors.DockerException, OSError):
        return False
