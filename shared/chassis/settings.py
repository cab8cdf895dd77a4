"""A service's settings, from the environment: every name starts with SIXSTEPS_.

What differs between deployments has no default: when it is missing, the start stops with one sentence that names it.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict
from typing_extensions import override

from shared.chassis.cards.sealing import KeyRing, UnusableKeys
from shared.chassis.clock import DEMONSTRATION
from shared.chassis.drivers.kafka_options import KafkaOptions, KafkaSecurity, Mechanism
from shared.chassis.drivers.mongo_options import MongoAccess
from shared.chassis.http.tokens import Issuer

PREFIX = "SIXSTEPS_"
_WRONG = 2

Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
Positive = Annotated[float, Field(gt=0)]
Several = Annotated[int, Field(ge=1)]


class Settings(BaseSettings):
    """All that a process must be told. Units stand in the names."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True, hide_input_in_errors=True)

    service: Key
    deployment: Key
    kafka: str
    mongo: SecretStr
    issuers: Annotated[tuple[Issuer, ...], NoDecode, Field(min_length=1)]
    card_keys: SecretStr

    database: str = ""
    driver: Literal["motor", "pymongo"] = "motor"
    topic_prefix: str = ""
    partitions: Several = 12
    replication_factor: Annotated[int, Field(ge=0)] = 0
    http_host: str = "127.0.0.1"
    http_port: Annotated[int, Field(ge=0, le=65535)] = 8000
    trusted_proxies: str = "127.0.0.1"
    body_limit_bytes: Several = 1_048_576
    consumer_session_seconds: Positive = 30.0
    sweep_seconds: Positive = 30.0
    tick_seconds: Positive = 1.0
    shutdown_seconds: Positive = 20.0
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    demo_clock_file: Path | None = None
    otlp_endpoint: str | None = None
    trace_ratio: Annotated[float, Field(ge=0, le=1)] = 1.0

    kafka_tls: bool = False
    kafka_ca_file: Path | None = None
    kafka_cert_file: Path | None = None
    kafka_key_file: Path | None = None
    kafka_mechanism: Mechanism = "SCRAM-SHA-512"
    kafka_user: str | None = None
    kafka_password: SecretStr = SecretStr("")

    mongo_user: str | None = None
    mongo_password: SecretStr = SecretStr("")
    mongo_known_in: str = "admin"
    mongo_tls: bool = False
    mongo_ca_file: Path | None = None
    mongo_cert_file: Path | None = None

    @field_validator("issuers", mode="before")
    @classmethod
    def _from_file_or_inline(cls, given: Any) -> Any:
        if not isinstance(given, str):
            return given
        text = given if given.lstrip().startswith("[") else _read(Path(given))
        try:
            return json.loads(text)
        except json.JSONDecodeError as broken:
            raise ValueError(f"not JSON: {broken.msg} at line {broken.lineno}") from broken

    @field_validator(
        "kafka_ca_file", "kafka_cert_file", "kafka_key_file", "mongo_ca_file", "mongo_cert_file", mode="after"
    )
    @classmethod
    def _readable_file(cls, given: Path | None) -> Path | None:
        if given is not None:
            _read(given)
        return given

    @field_validator("card_keys")
    @classmethod
    def _readable_keys(cls, given: SecretStr) -> SecretStr:
        try:
            KeyRing.parse(given.get_secret_value())
        except UnusableKeys as unusable:
            raise ValueError(str(unusable).removesuffix(".")) from None
        return given

    @field_validator("demo_clock_file")
    @classmethod
    def _only_to_show(cls, given: Path | None, known: ValidationInfo) -> Path | None:
        if given is not None and known.data.get("deployment") != DEMONSTRATION:
            raise ValueError(f"a clock that can be set is for the deployment {DEMONSTRATION} only")
        return given

    @property
    def database_name(self) -> str:
        """The database of this service."""
        return self.database or f"sixsteps_{self.service}"

    def kafka_options(self) -> KafkaOptions:
        """How to reach Kafka. A stop has half of the time that a shutdown has; the rest is for everything else."""
        security = KafkaSecurity(
            tls=self.kafka_tls,
            ca_file=_named(self.kafka_ca_file),
            cert_file=_named(self.kafka_cert_file),
            key_file=_named(self.kafka_key_file),
            mechanism=self.kafka_mechanism,
            user=self.kafka_user,
            password=self.kafka_password.get_secret_value(),
        )
        return KafkaOptions(
            servers=self.kafka,
            client=f"{self.deployment}-{self.service}",
            security=security,
            session_seconds=self.consumer_session_seconds,
            stop_seconds=self.shutdown_seconds / 4,
        )

    def mongo_access(self) -> MongoAccess:
        """How to sign in to MongoDB, and how the connection is encrypted."""
        return MongoAccess(
            user=self.mongo_user,
            password=self.mongo_password.get_secret_value(),
            known_in=self.mongo_known_in,
            tls=self.mongo_tls,
            ca_file=_named(self.mongo_ca_file),
            cert_file=_named(self.mongo_cert_file),
        )


class _Told(Settings):
    """Settings out of a mapping, whatever the environment of this process says."""

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        *_: PydanticBaseSettingsSource,
        **__: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is given."""
        return (init_settings,)


def read_settings(service: str, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this service, from the environment of this process unless another is given.

    Ends the process with one plain sentence per fault, exit code 2.
    """
    try:
        if environment is None:
            return Settings(service=service)
        told = {name.removeprefix(PREFIX).lower(): value for name, value in environment.items() if _ours(name)}
        return _Told.model_validate({**told, "service": service})
    except ValidationError as faults:
        _stop([_sentence(fault) for fault in faults.errors(include_input=False, include_url=False)])


def _named(path: Path | None) -> str | None:
    return None if path is None else str(path)


def _ours(name: str) -> bool:
    return name.startswith(PREFIX)


def _stop(sentences: list[str]) -> NoReturn:
    for sentence in sentences:
        sys.stderr.write(f"{sentence}\n")
    raise SystemExit(_WRONG)


def _sentence(fault: Mapping[str, Any]) -> str:
    name, *inside = (str(part) for part in fault["loc"])
    setting = f"{PREFIX}{name.upper()}"
    if fault["type"] == "missing" and not inside:
        return f"The setting {setting} is missing."
    place = f" at {'.'.join(inside)}" if inside else ""
    return f"The setting {setting} is wrong{place}: {fault['msg'].removeprefix('Value error, ')}."


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError as unreadable:
        raise ValueError(f"{path} cannot be read ({unreadable.strerror})") from unreadable
