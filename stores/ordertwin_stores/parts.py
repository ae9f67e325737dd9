"""The parts of a store, each with a contract of its own beside that of orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ordertwin_stores.access import AccessStore
    from ordertwin_stores.cases import CaseStore
    from ordertwin_stores.customers import CustomerStore
    from ordertwin_stores.decision_history import DecisionHistory
    from ordertwin_stores.events import EventStore
    from ordertwin_stores.model_versions import ModelStore
    from ordertwin_stores.policy_versions import PolicyStore
    from ordertwin_stores.resolutions import ResolutionStore
    from ordertwin_stores.retention import RetentionStore
    from ordertwin_stores.reviews import ReviewStore


class StoreParts(Protocol):
    """What a store is made of besides orders."""

    @property
    def access(self) -> AccessStore:
        """Records about keys and rights, and the operation log."""

    @property
    def retention(self) -> RetentionStore:
        """What can be forgotten because of its age."""

    @property
    def models(self) -> ModelStore:
        """Model versions, and what was live when."""

    @property
    def policies(self) -> PolicyStore:
        """Policy versions, and which one is in force."""

    @property
    def events(self) -> EventStore:
        """Every change as an event, for those who watch."""

    @property
    def decision_history(self) -> DecisionHistory:
        """Decisions with what they were taken on."""

    @property
    def reviews(self) -> ReviewStore:
        """Questions to people, what they said, and pairs that are known to be different."""

    @property
    def resolutions(self) -> ResolutionStore:
        """Merges, and orders that left for another one."""

    @property
    def customers(self) -> CustomerStore:
        """Customers who are known under several numbers."""

    @property
    def cases(self) -> CaseStore:
        """Settled pairs to learn from."""
