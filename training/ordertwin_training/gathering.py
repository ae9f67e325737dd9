"""From sources to one dataset, with the pairs of each history kept on disk.

What is kept is found again under a name that follows from everything it was made from: the recipe
of the source, the sampling, and the code that makes orders into pairs.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
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
from ordertwin_training.progress import Notes, Progress
from ordertwin_training.sources import Source
from ordertwin_training.split import Part, parts_of

_MAKERS_OF_PAIRS = ("arrivals.py", "labels.py", "pairs.py", "sources.py", "split.py", "stream.py")

_MAKERS_OF_FEATURES = ("normalise", "comparison")
_MODULES_OF_FEATURES = (
    "basket", "blocking", "candidate", "features", "fingerprint", "line_alignment",
    "lines_by_numbers", "quantities_and_prices", "order",
    "preparation", "term_frequency", "word_key",
)  # fmt: skip
"""What a comparison vector follows from; the model, the policy and the words come after it."""


def gather(
    sources: Sequence[Source], directory: Path, sampling: Sampling, progress: Progress
) -> Dataset:
    """The pairs of all sources; those that are kept in `directory` are not made again.

    What is missing is made by as many processes as there are processors; the result does not
    depend on how many.
    """
    directory.mkdir(parents=True, exist_ok=True)
    code = code_digest()
    kept = {}
    for source in sources:
        facts = [source.name, source.recipe, source.shares, source.seed, sampling, code]
        key = hashlib.sha256(repr(facts).encode()).hexdigest()
        kept[source.name] = directory / f"{source.name}-{key[:16]}.npz"
    missing = [source for source in sources if not kept[source.name].exists()]
    processes = min(os.cpu_count() or 1, len(missing))
    if processes > 1:
        _make_together(missing, kept, sampling, progress, processes)
    for source in missing:
        if not kept[source.name].exists():
            made(source, sampling, progress).save(kept[source.name])
    return joined([Dataset.load(kept[source.name]) for source in sources])


def _make_together(
    sources: Sequence[Source],
    kept: Mapping[str, Path],
    sampling: Sampling,
    progress: Progress,
    processes: int,
) -> None:
    progress.stage("histories", len(sources))
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        making = [pool.submit(_make, source, kept[source.name], sampling) for source in sources]
        try:
            for number, done in enumerate(as_completed(making), 1):
                for note in done.result():
                    progress.note(note)
                progress.advance(number)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _make(source: Source, path: Path, sampling: Sampling) -> list[str]:
    """Make and keep one source in a process of its own; returns what there is to note."""
    notes = Notes()
    made(source, sampling, notes).save(path)
    return notes.taken


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
    for path in code_files():
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def code_files() -> Iterator[Path]:
    """What makes features and comparisons in the core, the generator, and what makes pairs here."""
    core = Path(str(ordertwin_models.__file__)).parent
    training = Path(str(ordertwin_training.__file__)).parent
    for package in _MAKERS_OF_FEATURES:
        yield from sorted((core / package).rglob("*.py"))
    yield from (core / f"{module}.py" for module in _MODULES_OF_FEATURES)
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
