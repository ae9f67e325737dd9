"""Sessions of browsers, in memory: a credential never leaves this process."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

IDLE_SECONDS = 3600.0
LONGEST_SECONDS = 12 * 3600.0
MOST_SESSIONS = 10_000
UNDO_STEPS = 20


@dataclass(frozen=True, slots=True)
class Done:
    """Something that can be taken back: the verdict, its review, and how to speak of it."""

    verdict: str
    review: str
    said: str
    whole_batch: bool = False


@dataclass(frozen=True, slots=True)
class QuizAnswer:
    """What was answered to a case, and whether answer and relation were right; the relation is
    empty when none was named."""

    case: str
    answer: str
    relation: str
    right: bool
    relation_right: bool


@dataclass(slots=True)
class Quiz:
    """How somebody does in the quiz; `asked` is the case that waits for an answer."""

    asked: str = ""
    answered: set[str] = field(default_factory=set)
    right: int = 0
    relations_right: int = 0
    last: QuizAnswer | None = None

    def take(self, case: str, said: tuple[str, str], truth: tuple[str, str]) -> None:
        """Count an answer: the verdict and the relation that were named, and those that hold.

        >>> quiz = Quiz(asked="c1")
        >>> quiz.take("c1", ("MATCH", "RETRY"), ("MATCH", "RESEND"))
        >>> quiz.right, quiz.relations_right, quiz.asked
        (1, 0, '')
        """
        right = said[0] == truth[0]
        self.last = QuizAnswer(case, *said, right=right, relation_right=said == truth)
        self.right += right
        self.relations_right += said == truth
        self.answered.add(case)
        self.asked = ""


@dataclass(slots=True)
class Session:
    """What is known of one browser. `authorization` is empty for one that is not signed in."""

    key: str
    csrf: str
    began: float
    used: float
    authorization: str = field(default="", repr=False)
    member: str = ""
    tenant: str = ""
    blind: bool = False
    note: tuple[str, str] | None = None
    done: list[Done] = field(default_factory=list)
    quiz: Quiz = field(default_factory=Quiz)

    def accepts(self, token: str) -> bool:
        """Whether a form came from a page of this session."""
        return hmac.compare_digest(self.csrf.encode(), token.encode())

    def remember(self, done: Done) -> None:
        """Keep what can be taken back, the newest last."""
        self.done = [*self.done, done][-UNDO_STEPS:]


class Sessions:
    """All sessions of this process; the least recently used give way when there are too many.

    >>> sessions = Sessions(clock=lambda: 0.0)
    >>> made = sessions.begin()
    >>> sessions.find(made.key) is made, sessions.find("other")
    (True, None)
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[str, Session] = {}

    def begin(self) -> Session:
        """A new session, of nobody yet."""
        now = self._clock()
        made = Session(secrets.token_urlsafe(32), secrets.token_urlsafe(32), now, now)
        while len(self._kept) >= MOST_SESSIONS:
            self._kept.pop(next(iter(self._kept)))
        self._kept[made.key] = made
        return made

    def find(self, key: str, *, used: bool = True) -> Session | None:
        """The session with this key, None when there is none any more.

        `used` is False for what a page asks by itself: nobody has to be there for that.
        """
        found = self._kept.pop(key, None)
        if found is None or self._is_over(found):
            return None
        if used:
            found.used = self._clock()
        self._kept[key] = found
        return found

    def is_live(self, session: Session) -> bool:
        """Whether a session has neither ended nor run out."""
        return self._kept.get(session.key) is session and not self._is_over(session)

    def _is_over(self, session: Session) -> bool:
        now = self._clock()
        return now - session.used > IDLE_SECONDS or now - session.began > LONGEST_SECONDS

    def signed_in(self, former: Session, authorization: str, member: str, tenant: str) -> Session:
        """A new session for whoever showed a credential; the former one ends."""
        self.end(former)
        made = self.begin()
        made.authorization, made.member, made.tenant = authorization, member, tenant
        return made

    def end(self, session: Session) -> None:
        """Forget one session."""
        self._kept.pop(session.key, None)

    def end_all_of(self, session: Session) -> int:
        """Forget every session of the same member; how many there were."""
        same = [
            each
            for each in self._kept.values()
            if (each.member, each.tenant) == (session.member, session.tenant)
        ]
        for each in same:
            self.end(each)
        return len(same)
