"""What can be wrong with a model, as an expected refusal."""

from cinematch.kit.errors import Conflict


class DamagedModel(Conflict):
    """A model's files are not what was written, or of a format that this release does not read."""

    code, title = "damaged_model", "The model cannot be read"


class OtherFormat(DamagedModel):
    """A model's files are of a format that this release does not read; another one may."""
