"""From sources to one dataset, with the pairs of each history kept on disk.

What is kept is found again under a name that follows from everything it was made from: the recipe
of the source, the sampling, and the code that makes orders into pairs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

import ordertwin_models
import ordertwin_training
from ordertwin_training.arrivals import Arrival, arrivals_of
from ordertwin_training.dataset import Dataset, digest_of, joined
from ordertwin_training.evaluate import BACKGROUND
from ordertwin_training.labels import Labels
from ordertwin_training.pairs import RELATIONS, Sampling, labelled_pairs
from ordertwin_training.progress import Progress
from ordertwin_training.sources import Source
from ordertwin_training.split import Part, parts_of

_MAKERS_OF_PAIRS = ("arrivals.py", "labels.py", "pairs.py", "sources.py", "split.py", "stream.py")

_WORDS = ("explanation", "language")


def gather(
    sources: Sequence[Source], directory: Path, sampling: Sampling, progress: Progress
) -> Dataset:
    """The pairs of all sources; those that are kept in `directory` are not made again."""
    directory.mkdir(parents=True, exist_ok=True)
    code = code_digest()
    datasets = []
    for source in sources:
        facts = [source.name, source.recipe, source.shares, source.seed, sampling, code]
        key = hashlib.sha256(repr(facts).encode()).hexdigest()
        path = directory / f"{source.name}-{key[:16]}.npz"
        if not path.exists():
            made(source, sampling, progress).save(path)
        datasets.append(Dataset.load(path))
    return joined(datasets)


def made(source: Source, sampling: Sampling, progress: Progress) -> Dataset:
    """The pairs of one source, made from its events."""
    progress.stage(f"{source.name}: orders")
    arrivals = arrivals_of(source.events())
    labels = Labels(arrivals)
    if labels.conflicts:
        progress.note(
            f"{source.name}: set {len(labels.conflicts)} truths aside; {labels.conflicts[0]}"
        )
    parts = parts_of(arrivals, labels, source.shares, source.seed)
    sampled = np.isin(parts, [Part.FIT, Part.STOP])
    progress.stage(f"{source.name}: pairs", len(arrivals))
    wanted = parts != Part.UNUSED
    pairs = labelled_pairs(arrivals, labels, wanted, sampled, sampling, progress.advance)
    order_ids = [arrival.order_id for arrival in arrivals]
    digest = digest_of(source.name, order_ids, pairs)
    return Dataset(pairs, _order_frame(arrivals, labels, parts), (digest,))


def code_digest() -> str:
    """SHA-256 of the code that decides what pairs look like."""
    found = hashlib.sha256()
    for path in _code_files():
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def _code_files() -> Iterator[Path]:
    """The core but for its words, the generator, and what makes pairs here."""
    core = Path(str(ordertwin_models.__file__)).parent
    training = Path(str(ordertwin_training.__file__)).parent
    yield from sorted(p for p in core.rglob("*.py") if p.parent.name not in _WORDS)
    yield from sorted((training / "history").rglob("*.py"))
    yield from (training / name for name in _MAKERS_OF_PAIRS)


def _order_frame(arrivals: Sequence[Arrival], labels: Labels, parts: np.ndarray) -> pd.DataFrame:
    relations = [labels.relation(position) for position in range(len(arrivals))]
    numbers = [BACKGROUND if name is None else RELATIONS.index(name) for name in relations]
    return pd.DataFrame(
        {
            "part": parts,
            "relation": np.array(numbers, np.int8),
            "earlier": np.arange(len(arrivals), dtype=np.int64),
        }
    )
