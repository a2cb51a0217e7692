"""Is it alive, is it ready: for service managers, containers and people. No sign-in."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Protocol

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from cinematch import __version__
from cinematch.api.deps import services

router = APIRouter(tags=["health"])


class NeedsHealth(Protocol):
    """What these endpoints use of the house."""

    def health(self) -> Mapping[str, Mapping[str, Any]]:
        """Return each part's `status` (`ok`, `degraded`, `failed`) and what else it says."""
        ...


House = Annotated[NeedsHealth, Depends(services)]


class Alive(BaseModel):
    """The process answers."""

    status: Literal["alive"] = "alive"
    version: str = Field(__version__, examples=["0.1.0"])


class PartHealth(BaseModel):
    """One part; what else it says depends on the part."""

    model_config = ConfigDict(extra="allow")

    status: Literal["ok", "degraded", "failed"]


class Readiness(BaseModel):
    """The worst of the parts, and each of them."""

    status: Literal["ok", "degraded", "failed"] = Field(examples=["ok"])
    version: str = Field(__version__, examples=["0.1.0"])
    parts: dict[str, PartHealth] = Field(examples=[{"store": {"status": "ok"}}])
    lag: int = Field(0, description="Events that the figures do not hold yet.")


@router.get("/live", summary="Does the process answer?")
def live() -> Alive:
    """Say yes, without asking anything else; a service manager restarts what does not answer."""
    return Alive()


@router.get("/ready", summary="Can requests be served?", responses={503: {"model": Readiness}})
def ready(house: House, response: Response) -> Readiness:
    """Ask every part; 503 when one that everything needs has failed."""
    parts = house.health()
    states = [str(part["status"]) for part in parts.values()]
    worst: Literal["ok", "degraded", "failed"] = (
        "failed" if "failed" in states else "degraded" if "degraded" in states else "ok"
    )
    response.status_code = 503 if worst == "failed" else 200
    return Readiness(
        status=worst,
        parts={name: PartHealth.model_validate(dict(part)) for name, part in parts.items()},
        lag=int(parts.get("follower", {}).get("lag", 0)),
    )


@router.get("/health", summary="The same as /ready", responses={503: {"model": Readiness}})
def health(house: House, response: Response) -> Readiness:
    """Answer as `/ready`, under the name that many tools ask for."""
    return ready(house, response)
