# syntax=docker/dockerfile:1
# The binary alone: no shell, no libraries, no root. The SQLite driver is Go, so no
# C compiler is needed.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /out/entente ./cmd/entente \
 && mkdir /out/data /out/tmp

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/entente /entente
# 65532 is "nonroot" in other images too. A named volume takes this owner over.
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build --chown=65532:65532 /out/tmp /tmp
USER 65532:65532
VOLUME /data
ENV ENTENTE_DATA=/data ENTENTE_LISTEN=:8080
EXPOSE 8080
# No git is in here: `import git` runs elsewhere. An orchestrator asks /healthz and
# /readyz; there is nothing here to ask with.
ENTRYPOINT ["/entente"]
CMD ["serve"]
