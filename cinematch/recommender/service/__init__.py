"""Use cases of the recommender."""

from cinematch.recommender.service.jobs import JobsService
from cinematch.recommender.service.models import ModelsService
from cinematch.recommender.service.monitoring import MonitoringService
from cinematch.recommender.service.recommending import RecommendingService
from cinematch.recommender.service.running import JobRunner
from cinematch.recommender.service.taste import TasteService

__all__ = [
    "JobRunner",
    "JobsService",
    "ModelsService",
    "MonitoringService",
    "RecommendingService",
    "TasteService",
]
