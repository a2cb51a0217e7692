"""What people do with files: bring one in, look, decide, apply, take back; get theirs out."""

from cinematch.transfer.service.erasing import UploadsOfErased
from cinematch.transfer.service.exporting import ExportService
from cinematch.transfer.service.imports import ImportService
from cinematch.transfer.service.parts import Parts
from cinematch.transfer.service.preferences import AccountPreferences
from cinematch.transfer.service.views import RowView
from cinematch.transfer.service.worker import ImportWorker

__all__ = [
    "AccountPreferences",
    "ExportService",
    "ImportService",
    "ImportWorker",
    "Parts",
    "RowView",
    "UploadsOfErased",
]
