"""A card for eyes outside the clinic: no patient is named, and no count under five can be read or worked back."""

from iren_core.share_safe.card import SAID, is_shared, share_safe

__all__ = ["SAID", "is_shared", "share_safe"]
