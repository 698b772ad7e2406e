"""What a clip shows and whose it is, put beside it from tables of labels and from names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from genmimic.dataset import catalogue, content
from genmimic.dataset.outcome import Outcome


def annotate(outcome: Outcome, labels: Mapping[str, str], folders: Sequence[str] = ()) -> Outcome:
    """Add content, collection, subject and group to a clip, and drop it if it shows acrobatics.

    Args:
        outcome: The clip.
        labels: Descriptions of clips by name.
        folders: Folders above its file.
    """
    told = content.describe(outcome.clip or outcome.label, labels)
    named = catalogue.origin_of(outcome.label, outcome.clip, folders=folders)
    texts = (told, named.motif, f"{outcome.label} {outcome.clip}")
    shown = next((found for found in map(content.content_of, texts) if found != "other"), "other")
    # what a label says is too fine to tell siblings by: 'walk' and 'slow walk' of one person are takes of one thing
    origin = catalogue.origin_of(outcome.label, outcome.clip, shown if told else "", folders)
    reason = outcome.reason
    word = content.acrobatics(told or content.words_of(named.motif))
    if word and not reason:
        reason = f"acrobatics ('{word}' in '{told or named.motif}')"
    return replace(
        outcome,
        reason=reason,
        content=shown,
        collection=origin.collection,
        subject=origin.subject,
        group=origin.group,
    )
