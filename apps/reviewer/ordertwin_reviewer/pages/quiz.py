"""The quiz: two orders of the case book without a word about them; one answers, and is told.

What was asked and how often the answer was right is known to the session alone.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from ordertwin_client.errors import NotFoundError
from ordertwin_reviewer.pages.cases import explained
from ordertwin_reviewer.pages.sessions import Quiz
from ordertwin_reviewer.pages.shell import Shell, Visit
from ordertwin_reviewer.pages.terms import ANSWER, RELATION, name_of

MOST_CASES = 1000
"""Cases that a quiz chooses from, the newest ones."""
QUIZ, RESULT = "/cases/quiz", "/cases/quiz/result"


@dataclass(frozen=True, slots=True)
class Quizzes:
    """Pages of the quiz."""

    shell: Shell

    def routes(self) -> list[BaseRoute]:
        """What an application is given; these come before the pages of single cases."""
        return [
            self.shell.page(QUIZ, self._ask),
            self.shell.deed(QUIZ, self._answer),
            self.shell.page(RESULT, self._result),
            self.shell.deed("/cases/quiz/again", self._again),
        ]

    async def _ask(self, visit: Visit) -> Response:
        """The case that waits for an answer, or one that was not asked yet."""
        quiz = visit.session.quiz
        page = await visit.ask("ListCases", page_size=MOST_CASES)
        names = [case.name for case in page.cases]
        if quiz.asked not in names:
            left = [name for name in names if name not in quiz.answered]
            quiz.asked = secrets.choice(left) if left else ""
        if not quiz.asked:
            return visit.show("quiz_end.html", quiz=quiz, cases=len(names))
        case = await visit.ask("GetCase", name=quiz.asked)
        waiting = sum(name not in quiz.answered for name in names)
        return visit.show("quiz.html", **explained(visit, case), quiz=quiz, waiting=waiting)

    async def _answer(self, visit: Visit) -> Response:
        """Count it, and go on to what is to be learned from it."""
        quiz = visit.session.quiz
        name, answer = visit.said("case"), visit.said("answer")
        if name != quiz.asked or answer not in ANSWER:
            return visit.go(QUIZ)
        try:
            case = await visit.ask("GetCase", name=name)
        except NotFoundError:
            quiz.asked = ""
            return visit.go(QUIZ)
        quiz.take(
            name,
            (answer, visit.said("relation")),
            (name_of(ANSWER, case.answer), name_of(RELATION, case.relation)),
        )
        return visit.go(RESULT)

    async def _result(self, visit: Visit) -> Response:
        quiz = visit.session.quiz
        if quiz.last is None:
            return visit.go(QUIZ)
        try:
            case: Any = await visit.ask("GetCase", name=quiz.last.case)
        except NotFoundError:
            return visit.go(QUIZ)
        return visit.show("quiz_result.html", **explained(visit, case), quiz=quiz, said=quiz.last)

    async def _again(self, visit: Visit) -> Response:
        visit.session.quiz = Quiz()
        return visit.go(QUIZ)
