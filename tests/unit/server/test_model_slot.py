from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import ordertwin_models
from ordertwin_models import artefact
from ordertwin_models.errors import ArtefactInvalid
from ordertwin_models.model import GoldenVectors
from ordertwin_models.rules import rules_model
from ordertwin_server.model_slot import ModelSlot, read_model, released_model


@pytest.fixture
def model_file(tmp_path: Path) -> Path:
    rules = rules_model()
    matrix = np.zeros((3, len(rules.schema)))
    golden = GoldenVectors(matrix, rules.score(matrix).weights)
    path = tmp_path / "model.json"
    path.write_text(artefact.dumps(replace(rules, golden=golden)))
    return path


def test_a_model_file_is_read(model_file: Path) -> None:
    assert read_model(model_file).version == rules_model().version


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.9, 0.999])
def test_a_truncated_model_file_is_refused_by_name(model_file: Path, share: float) -> None:
    data = model_file.read_bytes()
    model_file.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(ArtefactInvalid, match=r"model\.json is refused: .* again"):
        read_model(model_file)


def test_an_edited_model_file_is_refused(model_file: Path) -> None:
    text = model_file.read_text()
    at = text.index("0.", len(text) // 2)
    model_file.write_text(text[:at] + "1." + text[at + 2 :])
    with pytest.raises(ArtefactInvalid, match="is refused"):
        read_model(model_file)


def test_a_swap_gives_back_the_former_model() -> None:
    slot, model = ModelSlot(None), rules_model()
    assert slot.swap(model) is None
    assert slot.active is model
    assert slot.version == model.version
    assert slot.swap(None) is model


def test_the_newest_released_model_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "ordertwin_models" / "__init__.py"
    monkeypatch.setattr(ordertwin_models, "__file__", str(package))
    assert released_model() is None
    for version in ("2", "10", "drafts"):
        folder = tmp_path / "released" / "duplicate-order" / version
        folder.mkdir(parents=True)
        (folder / "model.json").touch()
    (tmp_path / "released" / "duplicate-order" / "11").mkdir()
    assert released_model() == tmp_path / "released" / "duplicate-order" / "10" / "model.json"
