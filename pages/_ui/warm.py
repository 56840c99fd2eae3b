"""Everything that the first page needs, imported here so that a server can load it before the first visit."""

from iren_core.analyses import healing
from pages._ui import cache, card, frame, settings

__all__ = ["cache", "card", "frame", "healing", "settings"]
