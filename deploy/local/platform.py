"""The whole platform as processes on this machine: four services over a stack, with an issuer and a mail sink."""

import base64
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from urllib.error import URLError

from deploy.local.ended import ended
from deploy.local.environment import write_environments
from deploy.local.issuer import LocalIssuer
from deploy.local.mail import MailSink
from deploy.local.ports import free_port
from deploy.local.private import keep_private
from deploy.local.problem import StackProblem
from deploy.services import NAMES
from shared.chassis.clock import DEMONSTRATION

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN_SECONDS = 60.0
STOPPED_WITHIN_SECONDS = 25.0


@dataclass(frozen=True)
class PlatformPlan:
    """Where everything lies (`folder`: logs, keys, mail, settings), what it runs on; `clock_file`: the demo's only."""

    folder: Path
    kafka: str
    mongo: str
    deployment: str = "local"
    prefix: str = ""
    database_prefix: str = "sixsteps_"
    clock_file: Path | None = None
    ports: Mapping[str, int] = field(default_factory=dict)
    more: Mapping[str, str] = field(default_factory=dict)


class RunningService:
    """One process of one service; it may be killed and started again at the same address."""

    def __init__(self, name: str, environment: Mapping[str, str], log: Path, role: str = "all") -> None:
        self.name = name
        self.role = role
        self._environment = dict(environment)
        self._log = log
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where its HTTP side answers."""
        return f"http://127.0.0.1:{self._environment['SIXSTEPS_HTTP_PORT']}"

    @property
    def environment(self) -> Mapping[str, str]:
        """The settings it runs with."""
        return dict(self._environment)

    def start(self) -> None:
        """Start the process; it is not awaited, and ends with this one at the latest."""
        command = [sys.executable, "-m", "deploy.cli", "run", self.name, "--role", self.role]
        command += ["--with-parent", str(os.getpid())]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=self._environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
            )

    def wait_ready(self, seconds: float = READY_WITHIN_SECONDS) -> None:
        """Return when it says it is ready. Raises StackProblem when it ended, or is not ready in time."""
        deadline = time.monotonic() + seconds
        while not self._ready():
            if self.process is None or ended(self.process) is not None:
                raise StackProblem(f"The {self.name} service ended before it was ready; see {self._log}.")
            if time.monotonic() > deadline:
                raise StackProblem(f"The {self.name} service was not ready in {seconds:.0f} s; see {self._log}.")

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=5) as answer:  # noqa: S310 - own address
                return bool(answer.status == HTTPStatus.OK)
        except (URLError, OSError):
            return False

    def stop(self) -> int:
        """End it in order; its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        """End it with no goodbye."""
        return self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> int:
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(STOPPED_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


@dataclass
class RunningPlatform:
    """Four services, ready to be asked."""

    plan: PlatformPlan
    services: dict[str, RunningService]
    issuer: LocalIssuer
    mail: MailSink

    def address(self, service: str) -> str:
        """Where a service's HTTP side answers."""
        return self.services[service].address

    def stop(self) -> None:
        """End everything in order."""
        for service in self.services.values():
            if service.process is not None and service.process.poll() is None:
                service.process.send_signal(signal.SIGTERM)
        for service in self.services.values():
            service.stop()
        self.mail.stop()


def start_platform(plan: PlatformPlan, names: Sequence[str] = NAMES) -> RunningPlatform:
    """Make the topics, start the mail sink and the services (all four), and wait until they are ready."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    issuer = LocalIssuer(plan.folder)
    mail = MailSink(plan.folder / "mail")
    mail.start()
    services = {name: service_of(plan, name, issuer, mail) for name in names}
    write_environments(plan.folder, {name: service.environment for name, service in services.items()})
    platform = RunningPlatform(plan, services, issuer, mail)
    try:
        make_topics(next(iter(services.values())))
        for service in services.values():
            service.start()
        for service in services.values():
            service.wait_ready()
    except BaseException:  # also Ctrl-C: nothing may be left running
        platform.stop()
        raise
    return platform


def service_of(plan: PlatformPlan, name: str, issuer: LocalIssuer, mail: MailSink) -> RunningService:
    """One service of the plan, with all its settings; not started."""
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("SIXSTEPS_")},
        "PYTHONPATH": str(ROOT),
        "SIXSTEPS_DEPLOYMENT": plan.deployment if plan.clock_file is None else DEMONSTRATION,
        "SIXSTEPS_KAFKA": plan.kafka,
        "SIXSTEPS_MONGO": plan.mongo,
        "SIXSTEPS_DATABASE": f"{plan.database_prefix}{name}",
        "SIXSTEPS_TOPIC_PREFIX": plan.prefix,
        "SIXSTEPS_ISSUERS": issuer.setting,
        "SIXSTEPS_CARD_KEYS": f"local:{_card_key(plan.folder)}",
        "SIXSTEPS_HTTP_PORT": str(plan.ports.get(name) or free_port()),
        "SIXSTEPS_CONSUMER_SESSION_SECONDS": "6",
        "SIXSTEPS_SMTP_HOST": "127.0.0.1",
        "SIXSTEPS_SMTP_PORT": str(mail.port),
        "SIXSTEPS_SMTP_FROM": "Six Steps <sixsteps@example.org>",
        "SIXSTEPS_SMTP_TLS": "none",
        **plan.more,
    }
    if plan.clock_file is not None:
        environment["SIXSTEPS_DEMO_CLOCK_FILE"] = str(plan.clock_file)
    return RunningService(name, environment, plan.folder / f"{name}.log")


def _card_key(folder: Path) -> str:
    """A key that belongs to this folder and stays the same."""
    kept = folder / "card-key"
    if not kept.exists():
        keep_private(kept, base64.b64encode(os.urandom(32)).decode())
    return kept.read_text()


def make_topics(service: RunningService) -> None:
    """Make the topics of all services, with the settings of this one. Raises StackProblem."""
    command = [sys.executable, "-m", "deploy.cli", "topics"]
    done = subprocess.run(command, env=dict(service.environment), capture_output=True, text=True, check=False)
    if done.returncode:
        raise StackProblem(done.stderr.strip() or "The topics could not be made.")
