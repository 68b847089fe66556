"""Running model-written Python: what it can do, what it cannot, and what each failure is called."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from agents.sandbox import (
    Sandbox,
    SandboxCrashedError,
    SandboxError,
    SandboxForbiddenError,
    SandboxMemoryLimitError,
    SandboxResult,
    SandboxRuntimeError,
    SandboxSyntaxError,
    SandboxTimeLimitError,
    SandboxValueError,
    close_shared_sandbox,
    run_code,
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(processes=2) as running:
        yield running


def run(sandbox: Sandbox, code: str, **inputs: float | str | bool | None) -> SandboxResult:
    return asyncio.run(sandbox.run(code, inputs, time_limit_s=0.5))


def test_value_of_the_last_expression(sandbox: Sandbox) -> None:
    code = "bmi = weight / (height_cm / 100) ** 2\nprint('bmi', round(bmi, 1))\nround(bmi, 1)"
    result = run(sandbox, code, weight=80, height_cm=180)
    assert result.value == 24.7
    assert result.stdout == "bmi 24.7\n"
    assert 0 < result.seconds < 5


def test_variable_answer_where_the_last_line_is_no_expression(sandbox: Sandbox) -> None:
    assert run(sandbox, "answer = x * 2", x=3).value == 6


def test_every_kind_of_input_arrives(sandbox: Sandbox) -> None:
    result = run(sandbox, "[x, sex, flag, missing is None]", x=1.5, sex="female", flag=True, missing=None)
    assert result.value == [1.5, "female", True, True]


def test_dict(sandbox: Sandbox) -> None:
    value = run(sandbox, "{'answer': 1.5, 'steps': [1, 2], 'note': None}").value
    assert value == {"answer": 1.5, "steps": [1, 2], "note": None}


def test_math_that_clinical_formulas_need(sandbox: Sandbox) -> None:
    code = """\
import math
kappa, alpha = (0.7, -0.241) if female else (0.9, -0.302)
ratio = scr / kappa
gfr = 142 * min(ratio, 1) ** alpha * max(ratio, 1) ** -1.2 * 0.9938 ** age * (1.012 if female else 1)
meld = 3.78 * math.log(2) + 11.2 * math.log(1.5) + 9.57 * math.log(scr) + 6.43
[round(gfr, 3), round(meld, 3), math.sqrt(180 * 80 / 3600), math.exp(0), math.log10(100), math.floor(2.5)]
"""
    gfr, meld, *rest = run(sandbox, code, scr=1.2, age=60, female=True).value
    assert gfr == pytest.approx(142 * (1.2 / 0.7) ** -1.2 * 0.9938**60 * 1.012, abs=1e-3)
    assert meld == pytest.approx(15.336, abs=1e-3)
    assert rest == [2.0, 1.0, 2.0, 2]


def test_dates_that_clinical_formulas_need(sandbox: Sandbox) -> None:
    code = """\
from datetime import date, datetime, timedelta
lmp = datetime.strptime(text, "%m/%d/%Y").date()
due = lmp + timedelta(days=280)
age_days = (date.fromisoformat("2024-03-01") - lmp).days
[due, due.strftime("%m/%d/%Y"), f"({age_days // 7} weeks, {age_days % 7} days)", due - lmp]
"""
    assert run(sandbox, code, text="01/10/2024").value == [
        dt.date(2024, 10, 16),
        "10/16/2024",
        "(7 weeks, 2 days)",
        dt.timedelta(days=280),
    ]


@pytest.mark.parametrize(
    "name", ["decimal", "re", "json", "collections", "itertools", "functools", "dataclasses"]
)
def test_modules_that_the_docstring_promises(sandbox: Sandbox, name: str) -> None:
    assert run(sandbox, f"import {name}\n1").value == 1


@pytest.mark.parametrize(
    "name", ["statistics", "fractions", "calendar", "numpy", "dateutil", "socket", "subprocess"]
)
def test_modules_that_are_not_there(sandbox: Sandbox, name: str) -> None:
    with pytest.raises(SandboxForbiddenError, match=name):
        run(sandbox, f"import {name}")


def test_decimal_value(sandbox: Sandbox) -> None:
    assert run(sandbox, "from decimal import Decimal\nDecimal('1.10') + 1").value == Decimal("2.10")


@pytest.mark.parametrize(
    "code",
    [
        "import os\nos.listdir('/')",
        "import os\nos.environ",
        "import os\nos.system('true')",
        "open('/etc/passwd').read()",
        "from pathlib import Path\nPath('/etc/passwd').read_text()",
        "__import__('os')",
        "input()",
        "from datetime import date\ndate.today()",
        "from datetime import datetime\ndatetime.now()",
        "import time\ntime.sleep(60)",
    ],
)
def test_the_outside_is_out_of_reach(sandbox: Sandbox, code: str) -> None:
    started = time.perf_counter()
    with pytest.raises((SandboxForbiddenError, SandboxRuntimeError)):
        run(sandbox, code)
    assert time.perf_counter() - started < 5


def test_nothing_is_written_to_disk(sandbox: Sandbox, tmp_path: Path) -> None:
    target = tmp_path / "written"
    with pytest.raises(SandboxForbiddenError):
        run(sandbox, f"open({str(target)!r}, 'w').write('x')")
    assert not target.exists()


@pytest.mark.parametrize(
    ("code", "kind", "says"),
    [
        ("def f(:", SandboxSyntaxError, "line 1: SyntaxError"),
        ("x = 1\ny = x / 0\ny", SandboxRuntimeError, "line 2: ZeroDivisionError: division by zero"),
        ("creatinine", SandboxRuntimeError, "name 'creatinine' is not defined"),
        ("def f(n):\n    return f(n + 1)\nf(0)", SandboxRuntimeError, "RecursionError"),
        ("while True:\n    pass", SandboxTimeLimitError, "time limit"),
        (
            "while True:\n    try:\n        while True: pass\n    except BaseException:\n        pass",
            SandboxTimeLimitError,
            "time limit",
        ),
        ("a = 'x' * (500 * 1000 * 1000)\nlen(a)", SandboxMemoryLimitError, "memory limit"),
        ("a = []\nwhile True:\n    a.append('y' * 1000000)", SandboxMemoryLimitError, "memory limit"),
        ("10 ** (10 ** 9)", SandboxMemoryLimitError, "memory limit"),
        ("while True:\n    print('x' * 1000)", SandboxMemoryLimitError, "memory limit"),
        ("raise TimeoutError('mine')", SandboxRuntimeError, "mine"),
        ("x = 3", SandboxValueError, "end the program with an expression"),
        ("float('nan')", SandboxValueError, "not a finite number"),
        ("{'a': float('inf')}", SandboxValueError, "not a finite number"),
        ("10 ** 5000", SandboxValueError, "integer of more than"),
        ("'x' * 20000", SandboxValueError, "text of more than"),
        ("list(range(20000))", SandboxValueError, "more than 10000 values"),
        ("a = []\nfor i in range(5000):\n    a = [a]\na", SandboxValueError, "nested"),
        ("class A:\n    pass\nA()", SandboxValueError, "MontyClass"),
    ],
)
def test_each_failure_has_its_name(sandbox: Sandbox, code: str, kind: type[SandboxError], says: str) -> None:
    with pytest.raises(kind, match=says):
        run(sandbox, code)


def test_nothing_is_kept_between_programs(sandbox: Sandbox) -> None:
    for _ in range(4):
        run(sandbox, "leaked = 1\nleaked")
    with pytest.raises(SandboxRuntimeError, match="leaked"):
        run(sandbox, "leaked")


def test_random_is_the_same_each_time(sandbox: Sandbox) -> None:
    code = "import random\n[random.random() for _ in range(3)]"
    assert run(sandbox, code).value == run(sandbox, code).value


def test_concurrent_programs_do_not_mix_and_do_not_block_the_loop(sandbox: Sandbox) -> None:
    async def everything() -> tuple[list[SandboxResult], int]:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                await asyncio.sleep(0.01)
                ticks += 1

        ticking = asyncio.create_task(tick())
        busy = [sandbox.run("while True: pass", {}, time_limit_s=0.3) for _ in range(2)]
        small = [sandbox.run("print(i)\ni * i", {"i": i}) for i in range(100)]
        results = await asyncio.gather(*small, *busy, return_exceptions=True)
        ticking.cancel()
        assert all(isinstance(result, SandboxTimeLimitError) for result in results[100:])
        return [result for result in results[:100] if isinstance(result, SandboxResult)], ticks

    results, ticks = asyncio.run(everything())
    assert [result.value for result in results] == [i * i for i in range(100)]
    assert [result.stdout for result in results] == [f"{i}\n" for i in range(100)]
    assert ticks > 5


def computed(pid: int) -> float:
    """Seconds of CPU that a process has used; 0 for one that is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return int(fields[11]) / os.sysconf("SC_CLK_TCK")


def children() -> set[int]:
    tasks = Path("/proc/self/task").glob("*/children")
    return {int(pid) for task in tasks for pid in task.read_text().split()}


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the worker process through /proc")
@pytest.mark.parametrize("kills", [1, 2])
def test_a_worker_that_is_killed_once_costs_nothing_and_twice_one_program(kills: int) -> None:
    before = children()
    with Sandbox(processes=1) as single:

        async def kill_while_running() -> SandboxResult:
            code = "i = 0\nwhile i < 6000000:\n    i += 1\ni" if kills == 1 else "while True: pass"
            program = asyncio.create_task(single.run(code, {}, time_limit_s=20))
            killed: set[int] = set()
            while len(killed) < kills and not program.done():
                await asyncio.sleep(0.02)
                # Only a worker that has computed for a while is at work on the program, not still starting.
                for worker in children() - before - killed:
                    if computed(worker) > 0.1:
                        os.kill(worker, signal.SIGKILL)
                        killed.add(worker)
            return await program

        if kills == 1:
            assert asyncio.run(kill_while_running()).value == 6_000_000
        else:
            with pytest.raises(SandboxCrashedError):
                asyncio.run(kill_while_running())
        assert run(single, "1 + 1").value == 2
    assert children() <= before


def test_a_warm_call_costs_milliseconds(sandbox: Sandbox) -> None:
    async def many() -> float:
        await sandbox.run("1", {})
        started = time.perf_counter()
        for _ in range(50):
            await sandbox.run("x + 1", {"x": 1})
        return (time.perf_counter() - started) / 50

    assert asyncio.run(many()) < 0.05


def test_the_shared_sandbox_starts_again_after_closing() -> None:
    assert asyncio.run(run_code("x + 1", {"x": 1})).value == 2
    close_shared_sandbox()
    close_shared_sandbox()
    assert asyncio.run(run_code("x + 1", {"x": 2})).value == 3
    close_shared_sandbox()


@pytest.mark.slow
def test_a_process_that_used_it_exits_cleanly() -> None:
    code = (
        "import asyncio\nfrom agents.sandbox import run_code\nprint(asyncio.run(run_code('1 + 1', {})).value)"
    )
    for _ in range(10):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, "2\n", "")
