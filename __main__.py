"""What every engine runs: settings and catalog become resources and outputs."""

from stacks.program import run

run()
