"""Files for their owner only, each written in one step: whoever dies meanwhile leaves the old one or the new one."""

import os
from pathlib import Path


def keep_private(file: Path, text: str) -> None:
    """Replace the file, or make it, with mode 0600. Raises OSError, and then leaves it as it was."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(file)
