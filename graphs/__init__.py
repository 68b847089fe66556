"""LangGraph workflows.

Strict msgpack has to be asked for before langgraph is imported: a checkpoint then restores only the types
that a state names, never an arbitrary object.
"""

import os

os.environ["LANGGRAPH_STRICT_MSGPACK"] = "true"
