"""Ask the mix of all engines in turn: answers compared first, then rounds in which every question meets every engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from bench.contenders import Contender
from bench.doors import rows
from bench.questions import Question
from bench.scalekept import Case

DIFFERS = "other rows"
Said = Callable[[str], None]


def measure(
    forms: Sequence[Sequence[Question]], contenders: Sequence[Contender], rounds: int, limit: float, say: Said
) -> list[Case]:
    """Measure the mix: give for each form what each engine took, in milliseconds, by round and thing."""
    cases = []
    for asked in forms:
        case = Case(asked[0].form.kind, asked[0].form.name)
        cases.append(case)
        _compare(case, asked, contenders, limit)
        say(f"{case.kind}: {case.name}, {case.rows} rows {case.failed or ''}")
    for number in range(rounds):
        turned = [*contenders[number % len(contenders) :], *contenders[: number % len(contenders)]]
        for case, asked in zip(cases, forms, strict=True):
            _round(case, asked, turned, limit)
        say(f"round {number + 1} of {rounds}")
    for case in cases:
        case.times = {name: times for name, times in case.times.items() if name not in case.failed}
    return cases


def _compare(case: Case, asked: Sequence[Question], contenders: Sequence[Contender], limit: float) -> None:
    """Ask each question once, untimed: what most engines answer is right, and another answer is none, however fast."""
    for question in asked:
        found: dict[str, Counter[str]] = {}
        for contender in contenders:
            if contender.name in case.failed:
                continue
            if question.form.named and not contender.named:
                case.failed[contender.name] = "not asked: it holds the default graph alone"
                continue
            answer = _answer(case, question, contender, limit)
            if answer is not None:
                found[contender.name] = answer
        if not found:
            continue
        most = max(found.values(), key=lambda answer: sum(other == answer for other in found.values()))
        case.rows += most.total()
        for name, answer in found.items():
            if answer != most:
                case.failed[name] = f"{DIFFERS}: {answer.total()} where most have {most.total()}"


def _answer(case: Case, question: Question, contender: Contender, limit: float) -> Counter[str] | None:
    _, status, body = contender.door.ask(question.query, named=question.form.named)
    try:
        if status == 200:
            return rows(body)
    except ValueError:
        case.failed[contender.name] = "breaks off"
        return None
    _fail(case, contender, status, body, limit)
    return None


def _fail(case: Case, contender: Contender, status: int, body: bytes, limit: float) -> None:
    """Note that an engine gave no answer; one that was silent is started again, since it may work on for nobody."""
    told = body.decode("utf-8", "replace").strip()[:60]
    silent = f"over {limit:g} s" if "timed out" in told else f"no answer: {told}"
    case.failed[contender.name] = f"status {status}" if status else silent
    if not status:
        contender.start(600)
        contender.starts.pop()


def _round(case: Case, asked: Sequence[Question], contenders: Sequence[Contender], limit: float) -> None:
    for contender in contenders:
        if contender.name not in case.failed:
            case.times.setdefault(contender.name, []).append([])
    for question in asked:
        for contender in contenders:
            if contender.name in case.failed:
                continue
            took, status, body = contender.door.ask(question.query, named=question.form.named)
            if status == 200:
                case.times[contender.name][-1].append(took)
            else:
                _fail(case, contender, status, body, limit)
