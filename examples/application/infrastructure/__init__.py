"""The example's own Pulumi project: what a team writes that is watched by Observatory."""
