"""Damaged notes are read: some thousand in every run, the same each time; DIGESTBOT_FUZZ and SEED ask for others.

DIGESTBOT_FUZZ=1000000 SEED=7 pytest tests/parsing/test_fuzz.py -s
"""

import os
import random
from concurrent.futures import ProcessPoolExecutor

from digestbot.parsing import read_note
from tests.parsing import mutants
from tests.parsing.sound import assert_settled, assert_sound

EXECUTIONS = int(os.environ.get("DIGESTBOT_FUZZ", "4000"))
SEED = int(os.environ.get("SEED", "1"))
BATCH = 1000
FILE = "a/2024/03/b.md"


def damaged(seed: int, executions: int) -> list[str]:
    """Read damaged notes; return what was found, the smallest text of each fault."""
    chance = random.Random(seed)
    texts = mutants.bases()
    faults: dict[str, str] = {}
    for number in range(executions):
        text = mutants.mutant(chance, texts)
        if (fault := fault_in(text, settled=number % 10 == 0)) and len(text) < len(faults.get(fault, text + " ")):
            faults[fault] = text
    return [f"{fault}\n{smallest(text, fault)!r}" for fault, text in faults.items()]


def fault_in(text: str, *, settled: bool = True) -> str:
    """Return where the reading of a text breaks a rule, or nothing."""
    try:
        assert_sound(read_note(text, FILE), text)
        if settled:
            assert_settled(text, FILE)
    except Exception as error:  # noqa: BLE001 - any fault is a finding
        trace = error.__traceback__
        while trace and trace.tb_next:
            trace = trace.tb_next
        where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
        return f"{type(error).__name__} at {where}"
    return ""


def smallest(text: str, fault: str) -> str:
    """Take pieces out of a text as long as its fault stays."""
    step = len(text) // 2
    while step:
        at = 0
        while at < len(text):
            less = text[:at] + text[at + step :]
            if fault_in(less) == fault:
                text = less
            else:
                at += step
        step //= 2
    return text


def test_damaged_notes_are_read() -> None:
    print(f"SEED={SEED}, {EXECUTIONS} executions")  # noqa: T201 -- pytest shows it when the test fails
    batches = [SEED * 10**6 + number for number in range(max(1, EXECUTIONS // BATCH))]
    with ProcessPoolExecutor(min(len(batches), len(os.sched_getaffinity(0)))) as processes:
        found = [fault for faults in processes.map(damaged, batches, [BATCH] * len(batches)) for fault in faults]
    assert not found, "\n\n".join(dict.fromkeys(found))
