"""The model in use: read from its file, checked, and exchanged in one step.

A request takes the model once and keeps it to its end, so an exchange never mixes two models.
"""

from __future__ import annotations

from pathlib import Path

import ordertwin_models
from ordertwin_models import artefact
from ordertwin_models.errors import ArtefactInvalid
from ordertwin_models.model import DuplicateModel

FAMILY = "duplicate-order"
FILE_NAME = "model.json"


class ModelSlot:
    """Holds the model in use; None means that rules answer and say so.

    >>> slot = ModelSlot(None)
    >>> slot.active is None, slot.version
    (True, 'rules')
    """

    def __init__(self, model: DuplicateModel | None) -> None:
        self._model = model

    @property
    def active(self) -> DuplicateModel | None:
        """The model in use."""
        return self._model

    @property
    def version(self) -> str:
        """The version of the model in use, `rules` without one."""
        model = self._model
        return model.version if model else "rules"

    def swap(self, model: DuplicateModel | None) -> DuplicateModel | None:
        """Put another model to use for the requests that start from now on; returns the former."""
        former, self._model = self._model, model
        return former


def read_model(path: Path) -> DuplicateModel:
    """The model in a file. Raises `ArtefactInvalid` that names the file and says what to do."""
    try:
        text = path.read_bytes()
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
    try:
        return artefact.loads(text)
    except ArtefactInvalid as error:
        raise ArtefactInvalid(f"The model file {path} is refused: {error}") from error


def released_model() -> Path | None:
    """The newest model that came with the installation, None when there is none."""
    beside = Path(ordertwin_models.__file__).parents[1]
    # An installed wheel carries the folder under a name of its own; a checkout has the plain one.
    for root in (beside / "ordertwin_released", beside / "released"):
        versions = [
            (int(folder.name), folder / FILE_NAME)
            for folder in (root / FAMILY).glob("*")
            if folder.name.isdecimal() and (folder / FILE_NAME).is_file()
        ]
        if versions:
            return max(versions)[1]
    return None
