"""Import every room's rows, so that the metadata is whole (migrations, checks, tests)."""

from __future__ import annotations

import importlib
import pkgutil

import marketplace
from marketplace.kernel import audit, heard, jobs, options, outbox  # noqa: F401 - rows of the kernel
from marketplace.kernel.db import Base

metadata = Base.metadata


def load() -> None:
    """Import every ``models`` module of the package."""
    for module in pkgutil.walk_packages(marketplace.__path__, "marketplace."):
        if module.name.rsplit(".", 1)[-1] == "models":
            importlib.import_module(module.name)


load()
