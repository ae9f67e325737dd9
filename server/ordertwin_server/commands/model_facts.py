"""What is known of a model version beside its tables, as the store keeps it: JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from ordertwin_models.artefact import LABELLERS, OWN_PAIRS, TRAINER
from ordertwin_models.model import DuplicateModel


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """Who had a hand in a model, and its figures. `released` says that it came with the server."""

    published_by: str = ""
    signed_by: str = ""
    released: bool = False
    prior_weight: float = 0.0
    review: float = 1.0
    duplicate: float = 1.0
    attended_review: float = 1.0
    metadata: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        model: DuplicateModel,
        *,
        published_by: str = "",
        signed_by: str = "",
        released: bool = False,
    ) -> ModelFacts:
        """The facts of a model.

        >>> from ordertwin_models.rules import rules_model
        >>> facts = ModelFacts.of(rules_model(), published_by="people/ann")
        >>> ModelFacts.from_body(facts.to_body()) == facts
        True
        """
        limits = model.thresholds
        return cls(
            published_by=published_by,
            signed_by=signed_by,
            released=released,
            prior_weight=model.prior_weight,
            review=limits.review,
            duplicate=limits.duplicate,
            attended_review=limits.attended_review,
            metadata=dict(model.metadata),
        )

    @property
    def trained_by(self) -> str:
        """Who trained it; empty when its file does not say."""
        return self.metadata.get(TRAINER, "").strip()

    @property
    def labelled_by(self) -> tuple[str, ...]:
        """Who gave verdicts it was trained on."""
        names = self.metadata.get(LABELLERS, "").split(",")
        return tuple(sorted({name.strip() for name in names} - {""}))

    @property
    def learned_from_verdicts(self) -> bool:
        """Whether it was trained on pairs of the company's own."""
        return self.metadata.get(OWN_PAIRS, "0") != "0"

    def to_body(self) -> str:
        """As the store keeps them."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)

    @classmethod
    def from_body(cls, body: str) -> ModelFacts:
        """Read back."""
        return cls(**json.loads(body))
