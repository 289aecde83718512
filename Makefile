# make check is the one door: what it lets through may be committed.
.PHONY: check gofmt vet staticcheck generated test vuln sec pages shots bench chaos

check: gofmt vet staticcheck generated test vuln

gofmt:
	@unformatted=$$(gofmt -l .); \
	if [ -n "$$unformatted" ]; then echo "not formatted (gofmt -w does it):"; echo "$$unformatted"; exit 1; fi

vet:
	go vet ./...

staticcheck:
	go tool staticcheck ./...

# The generated code is what the schema says. What git calls changed here is to be
# committed with the schema.
generated:
	go tool gqlgen generate
	git diff --exit-code --stat -- graph/gen
	@new=$$(git ls-files --others --exclude-standard -- graph/gen); \
	if [ -n "$$new" ]; then echo "generated and not committed:"; echo "$$new"; exit 1; fi

test:
	go test -race -shuffle=on -timeout=15m ./...

vuln:
	@.ci/vuln

# Insecure habits; the first run builds the tool, which takes minutes.
sec:
	@.ci/sec

# The pages, as browsers and checkers see them. What is missing is installed where apt-get can.
pages:
	@.ci/web/run

# A picture of every page at 360 and 1440, light and dark, English and French, and one in Arabic:
# into ENTENTE_SHOTS, or a folder shots. ENTENTE_BROWSER names the browser.
shots:
	@mkdir -p "$${ENTENTE_SHOTS:-shots}"
	@ENTENTE_BROWSER="$${ENTENTE_BROWSER:-$$(command -v chromium-headless-shell)}" ENTENTE_NODE_MODULES= ENTENTE_SHOTS="$$(realpath "$${ENTENTE_SHOTS:-shots}")" \
		go test -count=1 -timeout=20m ./server/web/browser -run='EveryPage|States|RightToLeft|Print'

# Every benchmark, once and short. For figures to quote: -count=6, and a quiet machine.
bench:
	go test -run='^$$' -bench=. -benchmem -benchtime=2s ./...

# An hour of what only goes wrong sometimes: a server killed some 900 times and bits flipped
# in what it left, random dialogues, stores under faults. On MongoDB too where MONGODB_URI
# names one. docs/reliability.md says what must hold.
chaos:
	go test ./cmd/entente -run='^TestCrashes$$' -v -crashes=900 -timeout=2h
	go test ./registry -run='^TestDialogues' -dialogues=15 -count=8 -timeout=2h
	go test ./store/... ./registry -run='Kill|Crash|Fault|Damage|Engine|Refus|Clock|Lost|AnyByte' -count=10 -timeout=2h
