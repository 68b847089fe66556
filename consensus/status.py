"""What a committed answer says about the original label."""

from __future__ import annotations

from answers.agreement import agrees
from answers.model import Answer, AnswerSpec
from consensus.model import LabelStatus


def label_status(original: Answer | None, answer: Answer | None, spec: AnswerSpec) -> LabelStatus:
    """`confirmed` where the answer agrees with the original label, else `revised` or `incomputable`.

    No answer means that people found the question ambiguous. An instance without an original label has
    nothing to confirm and comes out as `revised` or `incomputable`.
    """
    if answer is None:
        return "ambiguous"
    if original is not None and agrees(original, answer, spec):
        return "confirmed"
    return "incomputable" if answer.kind == "incomputable" else "revised"
