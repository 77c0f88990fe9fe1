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
WATCH  ?=
AFTER  ?=
JSON   ?=
SERVICE ?=
VERSION ?=
STATUS ?=
SINCE  ?=
FOR    ?=
APPLICATION ?=
MONTH  ?=
PROMETHEUS ?=
PYTHON ?= python3

observatory := @PYTHON='$(PYTHON)' ./observatory

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.PHONY: help venv up preview render costs report secret down urls doctor drift demo bench test check format generate pictures site schema lock marker gate

help:
	$(observatory) help

venv:
	@$(PYTHON) -m cli.venv

up preview down:
	$(observatory) $@ --stack '$(STACK)' $(if $(ENGINE),--engine '$(ENGINE)') $(if $(filter up,$@),$(if $(YES),--yes)) $(ARGS)

render:
	$(observatory) render --stack '$(STACK)' --out '$(OUT)' $(ARGS)

report:
	$(observatory) $@ --stack '$(STACK)' $(if $(APPLICATION),--application '$(APPLICATION)') $(if $(MONTH),--month '$(MONTH)') \
	  $(if $(PROMETHEUS),--prometheus '$(PROMETHEUS)') $(if $(filter-out file,$(origin OUT)),--out '$(OUT)') $(ARGS)

secret:
	$(observatory) $@ --stack '$(STACK)' $(if $(NAME),--name '$(NAME)') $(if $(GENERATE),--generate) $(ARGS)

marker:
	$(observatory) $@ --stack '$(STACK)' $(if $(SERVICE),--service '$(SERVICE)') $(if $(VERSION),--version '$(VERSION)') \
	  $(if $(STATUS),--status '$(STATUS)') $(ARGS)

gate:
	$(observatory) $@ --stack '$(STACK)' $(if $(SERVICE),--service '$(SERVICE)') $(if $(SINCE),--since '$(SINCE)') \
	  $(if $(PROMETHEUS),--prometheus '$(PROMETHEUS)') $(if $(FOR),--for '$(FOR)') $(ARGS)

doctor:
	$(observatory) $@ --stack '$(STACK)' $(if $(AFTER),--after) $(if $(PROMETHEUS),--prometheus '$(PROMETHEUS)') $(if $(JSON),--json) $(ARGS)

drift:
	$(observatory) $@ --stack '$(STACK)' $(if $(JSON),--json) $(ARGS)

urls costs:
	$(observatory) $@ --stack '$(STACK)' $(ARGS)

demo:
	$(observatory) $@ $(if $(SPEED),--speed '$(SPEED)') $(if $(WATCH),--watch '$(WATCH)') $(DO)

bench check format generate pictures site schema:
	$(observatory) $@ $(ARGS)

test:
	$(observatory) test --tier '$(TIER)' -- $(ARGS)

# Pins requirements*.in anew, with hashes and without any index address; needs uv on PATH.
lock:
	@for part in requirements requirements-dev; do \
	  uv pip compile --python-version 3.11 --universal --upgrade --generate-hashes --no-header --no-annotate \
	    --no-emit-index-url --no-emit-find-links $$part.in --output-file $$part.txt >/dev/null || exit 1; \
	done
