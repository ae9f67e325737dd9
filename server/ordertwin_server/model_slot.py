"""The models in use: one of the server, and of a tenant what was activated there.

A request takes its model once and keeps it to its end, so an exchange never mixes two models.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import ordertwin_models
from ordertwin_models import artefact
from ordertwin_models.errors import ArtefactInvalid
from ordertwin_models.model import DuplicateModel

FAMILY = "duplicate-order"
FILE_NAME = "model.json"
RULES = "rules"
"""The version of no model."""


@dataclass(frozen=True, slots=True)
class Serving:
    """What a tenant's orders are answered with, and what is tried beside it; None for none."""

    active: DuplicateModel | None = None
    shadow: DuplicateModel | None = None


class ModelSlot:
    """Holds the models in use. The one of the server answers where no other was activated; None
    means that rules answer and say so.

    >>> slot = ModelSlot(None)
    >>> slot.active is None, slot.version, slot.version_of("default")
    (True, 'rules', 'rules')
    """

    def __init__(self, model: DuplicateModel | None) -> None:
        self._model = model
        self._tenants: Mapping[str, Serving] = {}

    @property
    def active(self) -> DuplicateModel | None:
        """The model of the server."""
        return self._model

    @property
    def version(self) -> str:
        """The version of the model of the server, `rules` without one."""
        return _version(self._model)

    def of(self, tenant: str) -> DuplicateModel | None:
        """The model that answers a tenant."""
        serving = self._tenants.get(tenant)
        return serving.active if serving and serving.active else self._model

    def shadow_of(self, tenant: str) -> DuplicateModel | None:
        """The model that is tried beside it."""
        serving = self._tenants.get(tenant)
        return serving.shadow if serving else None

    def version_of(self, tenant: str) -> str:
        """The version of the model that answers a tenant."""
        return _version(self.of(tenant))

    @property
    def tenants(self) -> Mapping[str, Serving]:
        """What tenants have of their own."""
        return self._tenants

    def swap(self, model: DuplicateModel | None) -> DuplicateModel | None:
        """Put another model of the server to use for the requests that start from now on; returns
        the former."""
        former, self._model = self._model, model
        return former

    def put(self, tenants: Mapping[str, Serving]) -> None:
        """Put other models of tenants to use, all in one step."""
        self._tenants = tenants


def _version(model: DuplicateModel | None) -> str:
    return model.version if model else RULES


def read_model(path: Path) -> DuplicateModel:
    """The model in a file. Raises `ArtefactInvalid` that names the file and says what to do."""
    return model_in(path, bytes_in(path))


def bytes_in(path: Path) -> bytes:
    """A model file as it is. Raises `ArtefactInvalid` that names the file and says what to do."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ArtefactInvalid(
            f"There is no model file {path}; name another one or leave the setting out "
            "to use the released model."
        ) from None
    except OSError as error:
        raise ArtefactInvalid(
            f"The model file {path} cannot be read ({error.strerror}); "
            "give the server the right to read it."
        ) from None


def model_in(path: Path, text: bytes) -> DuplicateModel:
    """The model in the bytes of a file. Raises `ArtefactInvalid` that names the file."""
    try:
        return artefact.loads(text)
    except ArtefactInvalid as error:
        raise ArtefactInvalid(f"The model file {path} is refused: {error}") from error


def released_model() -> Path | None:
    """The newest model that came with the installation, None when there is none."""
    return next(iter(released_models()), None)


def released_models() -> list[Path]:
    """All models that came with the installation, the newest first."""
    beside = Path(ordertwin_models.__file__).parents[1]
    # An installed wheel carries the folder under a name of its own; a checkout has the plain one.
    for root in (beside / "ordertwin_released", beside / "released"):
        versions = [
            (int(folder.name), folder / FILE_NAME)
            for folder in (root / FAMILY).glob("*")
            if folder.name.isdecimal() and (folder / FILE_NAME).is_file()
        ]
        if versions:
            return [path for _, path in sorted(versions, reverse=True)]
    return []
