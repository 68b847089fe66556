"""The processes of one stage, where an arm has several devices: rank 0 tells and writes for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

Row = TypeVar("Row")


def is_first() -> bool:
    """Whether this is rank 0, or the only process."""
    import torch.distributed as dist

    return not dist.is_initialized() or dist.get_rank() == 0


def of_all_ranks(rows: Sequence[Row]) -> list[Row]:
    """The rows of every rank, in the order of ranks. Every rank has to call it at the same point."""
    import torch.distributed as dist

    if not dist.is_initialized():
        return list(rows)
    every: list[Sequence[Row]] = [()] * dist.get_world_size()
    dist.all_gather_object(every, list(rows))
    return [row for part in every for row in part]


def leave() -> None:
    """End what the ranks share; after it each is a process of its own."""
    import torch.distributed as dist

    if dist.is_initialized():
        dist.barrier()
        dist.destroy_process_group()
