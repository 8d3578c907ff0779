# The sentiment service on the CPU, with the published models inside.
#   docker build -f docker/sentiment.Dockerfile -t undertone/sentiment .
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
COPY models/package.json models/
COPY trainer/package.json trainer/
COPY services/base/package.json services/base/
COPY services/client/package.json services/client/
COPY services/recommender/package.json services/recommender/
COPY services/sentiment/package.json services/sentiment/
COPY services/streams/package.json services/streams/
COPY services/tables/package.json services/tables/
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --workspace=@undertone/sentiment
COPY . .
RUN npm run --silent bundle -- sentiment /app \
 && cp --parents models/*/*.onnx models/*/*.json models/*/README.md models/*/report/*.svg $(find models -name '*.minisig') LICENSE /app \
 && sh docker/collect.sh /root-fs "$(command -v node)" $(find /app -name '*.node' -o -name '*.so*') \
 && install -d -o 1000 -g 1000 /root-fs/data
# `npm sbom --omit=dev` leaves out whatever is a development dependency anywhere, even where it is needed here too.
RUN npm pkg delete devDependencies --workspaces --include-workspace-root \
 && npm sbom --package-lock-only --workspace=@undertone/sentiment --sbom-format=cyclonedx > /app/sbom.cdx.json

FROM scratch
COPY --from=build /root-fs /
COPY --from=build /app /app
ENV PATH=/usr/local/bin:/usr/bin NODE_ENV=production HOST=0.0.0.0 PORT=8080
# glibc keeps freed blocks that are smaller than the largest one it ever freed, a whole model. Fixed, they go back.
# The threshold is above the size of a batch's tensors: below it, every batch would map its memory anew (half the speed).
ENV MALLOC_MMAP_THRESHOLD_=3145728 MALLOC_TRIM_THRESHOLD_=16777216 MALLOC_ARENA_MAX=1
WORKDIR /app
USER 1000:1000
# For QUARANTINE_FILE. A new volume takes the folder's owner, so the process can write to it without being root.
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=5s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# A small young generation, and a heap that is collected when it has grown by 80 %: 196 MiB after load with two workers,
# where V8's own sizes take some 20 MiB more. Less than 80 % costs throughput.
ENTRYPOINT ["node", "--max-semi-space-size=2", "--heap-growing-percent=80", "main.js"]
CMD ["serve"]
ARG VERSION=1.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Undertone sentiment service" \
  org.opencontainers.image.description="Sentiment scores of reviews over HTTP, with the model inside" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
