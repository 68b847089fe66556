"""How fast commands start: those that call no model load neither a model library nor the workflow's."""

import subprocess
import sys

HEAVY = {
    "datasets", "langgraph", "matplotlib", "mlcroissant", "negspacy", "openai", "ppi_py", "pydantic_ai",
    "scipy.stats", "spacy", "starlette", "statsmodels", "uvicorn",
}  # fmt: skip


def test_the_command_line_loads_no_heavy_library() -> None:
    code = "import sys, run; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY.intersection(found.stdout.split()) == set()
