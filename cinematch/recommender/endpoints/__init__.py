"""The recommender over HTTP."""

from fastapi import APIRouter

from cinematch.recommender.endpoints import operating, ratings, suggestions, taste

router = APIRouter()
for part in (suggestions, taste, ratings, operating):
    router.include_router(part.router)

described = APIRouter()
for bare in (suggestions, ratings, operating):
    described.include_router(bare.described)

__all__ = ["described", "router"]
