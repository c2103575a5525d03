"""Steps of the action: `python "$GITHUB_ACTION_PATH/action" STEP`."""

from __future__ import annotations

import os
import sys

from journal_action.steps import run_step

if __name__ == "__main__":
    sys.exit(run_step(sys.argv[1:], os.environ))
