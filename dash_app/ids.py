"""Every component id of the dashboard, in one place."""

from __future__ import annotations

from typing import Final

# The shell: stores that the live socket sets, one per subject, so that a page redraws only what changed.
LIVE_FILES: Final = "live-files"
LIVE_WINNERS: Final = "live-winners"
LIVE_LOSSES: Final = "live-losses"
LIVE_REDUCTIONS: Final = "live-reductions"
LIVE_HEALTH: Final = "live-health"
BANNER: Final = "banner"

# The upload page.
UPLOAD_AREA: Final = "upload-area"
UPLOAD_TRANSFERS: Final = "upload-transfers"
UPLOAD_CLEAN: Final = "upload-clean"
UPLOAD_WAITING: Final = "upload-waiting"
UPLOAD_WAITING_SHOWN: Final = "upload-waiting-shown"
UPLOAD_LIST: Final = "upload-list"
UPLOAD_ACCORDION: Final = "upload-accordion"

# The administrator's page.
FRESHNESS: Final = "freshness"
TILES: Final = "tiles"
WINDOW_KIND: Final = "window-kind"
WINDOW_DAY: Final = "window-day"
WINDOW_PREVIOUS: Final = "window-previous"
WINDOW_NEXT: Final = "window-next"
WINDOW_LABEL: Final = "window-label"
WINDOW_STALE: Final = "window-stale"
WINDOW_STALE_LOOK: Final = "window-stale-look"
WINNERS_BODY: Final = "winners-body"
LOSSES_BODY: Final = "losses-body"
REDUCTIONS_BODY: Final = "reductions-body"

# The page of held rows.
HELD_LIST: Final = "held-list"
HELD_SHOWN: Final = "held-shown"

# The page of rules.
CLOSING_NOW: Final = "closing-now"
CLOSING_DAY: Final = "closing-day"

# Grids, for tests and styles.
WINNERS_GRID: Final = "winners-grid"
WINNERS_CHART: Final = "winners-chart"
COST_MISSING_GRID: Final = "cost-missing-grid"
LOSSES_GRID: Final = "losses-grid"
LOW_MARGIN_GRID: Final = "low-margin-grid"
REDUCTIONS_GRID: Final = "reductions-grid"
