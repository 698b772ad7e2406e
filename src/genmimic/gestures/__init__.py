"""Gestures and compositions of the robot itself, as references for tracking, labelled with the paper's taxonomy."""

from genmimic.gestures.catalogue import CATALOGUE, Action, Entry
from genmimic.gestures.composition import compose
from genmimic.gestures.generation import generate

__all__ = ["CATALOGUE", "Action", "Entry", "compose", "generate"]
