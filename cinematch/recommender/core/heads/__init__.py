"""Ranking models, one a file. Each is a sum: a base, and one number for each film seen."""

from cinematch.recommender.core.heads.base import Head
from cinematch.recommender.core.heads.content import ContentHead
from cinematch.recommender.core.heads.ease import EaseHead, fit_ease
from cinematch.recommender.core.heads.kernel import KernelHead, kernel_of
from cinematch.recommender.core.heads.partial import PartialHead
from cinematch.recommender.core.heads.popularity import PopularityHead

__all__ = [
    "ContentHead",
    "EaseHead",
    "Head",
    "KernelHead",
    "PartialHead",
    "PopularityHead",
    "fit_ease",
    "kernel_of",
]
