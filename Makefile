# Every target is one command of ./observatory, which gives the exact exit status (make itself turns any failure into 2):
# 0 done, 1 failed, 2 the input is wrong, 3 something is missing on this machine.
STACK  ?= local
OUT    ?= build/$(STACK)
ENGINE ?=
YES    ?=
TIER   ?= all
ARGS   ?=
SPEED  ?=
NAME   ?=
GENERATE ?=
DO     ?=
PYTHON ?= python3

observatory := @PYTHON='$(PYTHON)' ./observatory

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.PHONY: help venv up preview render costs secret down urls doctor demo bench test check format generate pictures schema lock

help:
	$(observatory) help

venv:
	@$(PYTHON) -m cli.venv

up preview down:
	$(observatory) $@ --stack '$(STACK)' $(if $(ENGINE),--engine '$(ENGINE)') $(if $(filter up,$@),$(if $(YES),--yes)) $(ARGS)

render:
	$(observatory) render --stack '$(STACK)' --out '$(OUT)' $(ARGS)

secret:
	$(observatory) $@ --stack '$(STACK)' $(if $(NAME),--name '$(NAME)') $(if $(GENERATE),--generate) $(ARGS)

urls doctor costs:
	$(observatory) $@ --stack '$(STACK)' $(ARGS)

demo:
	$(observatory) $@ $(if $(SPEED),--speed '$(SPEED)') $(DO)

bench check format generate pictures schema:
	$(observatory) $@ $(ARGS)

test:
	$(observatory) test --tier '$(TIER)' -- $(ARGS)

# Pins requirements*.in anew, with hashes and without any index address; needs uv on PATH.
lock:
	@for part in requirements requirements-dev; do \
	  uv pip compile --python-version 3.11 --universal --upgrade --generate-hashes --no-header --no-annotate \
	    --no-emit-index-url --no-emit-find-links $$part.in --output-file $$part.txt >/dev/null || exit 1; \
	done
