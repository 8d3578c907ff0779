# HAProxy from Debian in front of the sentiment replicas: no other image has to be pulled than Node's.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends haproxy busybox-static
COPY docker/collect.sh /
# libgcc is opened by name when a thread ends, so ldd does not tell it.
RUN sh /collect.sh /root-fs /usr/sbin/haproxy \
 && cp --dereference --parents /lib/*/libgcc_s.so.1 /bin/busybox /root-fs

FROM scratch
COPY --from=build /root-fs /
COPY docker/haproxy /etc/haproxy
USER 1000:1000
EXPOSE 8080 8404
STOPSIGNAL SIGUSR1
# Healthy as soon as one replica is ready.
HEALTHCHECK --interval=5s --timeout=5s --start-period=10s --retries=3 \
  CMD ["/bin/busybox", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/readyz"]
ENTRYPOINT ["/usr/sbin/haproxy", "-db", "-f", "/etc/haproxy/haproxy.cfg"]
ARG VERSION=1.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Undertone front" \
  org.opencontainers.image.description="HAProxy in front of the replicas of the sentiment service" \
  org.opencontainers.image.licenses="MIT AND GPL-2.0-or-later" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
