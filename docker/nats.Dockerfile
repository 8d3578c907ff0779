# NATS server with JetStream, built from its Go module: no other image has to be pulled than Go's.
#   docker build -f docker/nats.Dockerfile -t undertone/nats .
ARG GO_IMAGE=golang:1.26-bookworm

FROM ${GO_IMAGE} AS build
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends busybox-static
ARG NATS_VERSION=v2.15.3
RUN --mount=type=cache,target=/root/.cache/go-build --mount=type=cache,target=/go/pkg/mod \
    CGO_ENABLED=0 GOPATH=/go go install -trimpath "github.com/nats-io/nats-server/v2@${NATS_VERSION}" \
 && install -D /go/bin/nats-server /root-fs/usr/bin/nats-server \
 && install -D /bin/busybox /root-fs/bin/busybox \
 && install -d -o 1000 -g 1000 /root-fs/data

FROM scratch
COPY --from=build /root-fs /
USER 1000:1000
# A new volume takes the folder's owner, so the server can write to it without being root.
VOLUME /data
EXPOSE 4222 8222
HEALTHCHECK --interval=5s --timeout=5s --start-period=10s --retries=3 \
  CMD ["/bin/busybox", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8222/healthz"]
ENTRYPOINT ["/usr/bin/nats-server", "--jetstream", "--store_dir", "/data", "--http_port", "8222"]
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Undertone NATS server" \
  org.opencontainers.image.description="NATS with JetStream for the stream of reviews and scores" \
  org.opencontainers.image.licenses="MIT AND Apache-2.0 AND GPL-2.0-only" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
