"""Which date is the same day as a number of days counted from the first steroid dose."""

from __future__ import annotations

DAY_ZERO = "date_steroid_start"
#: A field of days since day 0 -> the date of the same day.
DATE_OF_DAY = {
    "reepithelization_days": "date_healing",
    "death_day": "date_death",
    "followup_days": "date_last_followup",
    "tnfi_start_day": "date_tnfi_start",
    "steroid_duration_days": "date_steroid_stop",
}
