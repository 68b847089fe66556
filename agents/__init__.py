"""The roles, the models behind them, and what every model call leaves on record."""

import os

# The library introduces itself on terminals at an agent's first run; a progress bar is shown there.
os.environ.setdefault("PYDANTIC_AI_NO_BANNER", "1")
