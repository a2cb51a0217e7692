"""What a recommender is judged by, one measure a file; a value for each user where there is one."""

from cinematch.recommender.core.metrics.ndcg import ndcg
from cinematch.recommender.core.metrics.precision import average_precision
from cinematch.recommender.core.metrics.recall import recall

__all__ = ["average_precision", "ndcg", "recall"]
