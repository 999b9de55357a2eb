"""Damaged notes are read: some thousand in every run, the same each time; DIGESTBOT_FUZZ and SEED ask for others.

DIGESTBOT_FUZZ=1000000 SEED=7 pytest tests/parsing/test_fuzz.py -s
"""

import os
import random
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import get_args

from digestbot.parsing import NO_RULES, PapersRule, PeriodRule, Rules, TopicsRule, read_note
from tests.parsing import mutants
from tests.parsing.sound import assert_settled, assert_sound

EXECUTIONS = int(os.environ.get("DIGESTBOT_FUZZ", "4000"))
SEED = int(os.environ.get("SEED", "1"))
BATCH = 1000
FILES = ("a/2024/03/b.md", "README.md", "notes/[CVPR 2020] A Title of Words.md")
SLOW = 2.0  # seconds of processor time: eight thousand characters take 0.02
PAPERS = (None, *get_args(PapersRule))
TOPICS = (None, (), ("Fixed", "Two"), *get_args(TopicsRule))
PERIODS = (None, *get_args(PeriodRule))


@dataclass(frozen=True)
class Reading:
    """What is read: a text, by a name, with rules or without; `settled`: also whether it is read so again."""

    text: str
    file: str
    rules: Rules
    settled: bool = True

    @property
    def fault(self) -> str:
        """Where the reading breaks a rule, or nothing."""
        try:
            begin = time.thread_time()
            note = read_note(self.text, self.file, self.rules)
            assert time.thread_time() - begin < SLOW
            assert_sound(note, self.text)
            if self.settled:
                assert_settled(self.text, self.file, self.rules)
        except Exception as error:  # noqa: BLE001 - any fault is a finding
            trace = error.__traceback__
            while trace and trace.tb_next:
                trace = trace.tb_next
            where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
            return f"{type(error).__name__} at {where}"
        return ""


def reading(chance: random.Random, texts: list[str]) -> Reading:
    rules = NO_RULES
    if chance.random() < 0.2:
        labels = chance.choice((None, ("Method", "要点")))
        rules = Rules(chance.choice(PAPERS), chance.choice(TOPICS), chance.choice(PERIODS), labels)
    return Reading(mutants.mutant(chance, texts), chance.choice(FILES), rules, settled=chance.random() < 0.05)


def damaged(seed: int, executions: int) -> list[str]:
    """Read damaged notes; return what was found, the smallest text of each fault."""
    chance = random.Random(seed)
    texts = mutants.bases()
    faults: dict[str, Reading] = {}
    for _ in range(executions):
        one = reading(chance, texts)
        if (fault := one.fault) and (fault not in faults or len(one.text) < len(faults[fault].text)):
            faults[fault] = one
    return [f"{fault}\n{smallest(one, fault)!r}" for fault, one in faults.items()]


def smallest(one: Reading, fault: str) -> Reading:
    """Take pieces out of a text as long as its fault stays."""
    for simpler in (replace(one, rules=NO_RULES), replace(one, file="x.md"), replace(one, file="x.md", rules=NO_RULES)):
        one = simpler if simpler.fault == fault else one
    step = len(one.text) // 2
    while step:
        at = 0
        while at < len(one.text):
            less = replace(one, text=one.text[:at] + one.text[at + step :])
            if less.fault == fault:
                one = less
            else:
                at += step
        step //= 2
    return one


def test_damaged_notes_are_read() -> None:
    print(f"SEED={SEED}, {EXECUTIONS} executions")  # noqa: T201 -- pytest shows it when the test fails
    batches = [SEED * 10**6 + number for number in range(max(1, EXECUTIONS // BATCH))]
    with ProcessPoolExecutor(min(len(batches), len(os.sched_getaffinity(0)))) as processes:
        found = [fault for faults in processes.map(damaged, batches, [BATCH] * len(batches)) for fault in faults]
    assert not found, "\n\n".join(dict.fromkeys(found))
