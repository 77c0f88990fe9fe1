"""Where things lie outside the checkout: the cache (can be built again) and the state (cannot). Standard library only."""

import os
from pathlib import Path


def cache() -> Path:
    """Tools, downloads and Python environments; `OBSERVATORY_CACHE` overrides `$XDG_CACHE_HOME/observatory`."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("OBSERVATORY_CACHE") or Path(base) / "observatory")


def state(stack: str) -> Path:
    """What one stack owns on this machine: cluster data, kubeconfig, engine state, logs; `OBSERVATORY_STATE` overrides the base."""
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(os.environ.get("OBSERVATORY_STATE") or Path(base) / "observatory") / stack


def private(folder: Path) -> Path:
    """Makes a folder that its owner alone can enter, with its parents."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    return folder
