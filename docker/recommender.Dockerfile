# The recommender: reviews in, ranked items out.
#   docker build -f docker/recommender.Dockerfile -t undertone/recommender .
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
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --workspace=@undertone/recommender
COPY . .
RUN npm run --silent bundle -- recommender /app \
 && cp LICENSE /app \
 && sh docker/collect.sh /root-fs "$(command -v node)" $(find /app -name '*.node') \
 && install -d -o 1000 -g 1000 /root-fs/data
# `npm sbom --omit=dev` leaves out whatever is a development dependency anywhere, even where it is needed here too.
RUN npm pkg delete devDependencies --workspaces --include-workspace-root \
 && npm sbom --package-lock-only --workspace=@undertone/recommender --sbom-format=cyclonedx > /app/sbom.cdx.json

FROM scratch
COPY --from=build /root-fs /
COPY --from=build /app /app
ENV PATH=/usr/local/bin:/usr/bin NODE_ENV=production HOST=0.0.0.0 PORT=8090 DATABASE_PATH=/data/recommender.db
WORKDIR /app
USER 1000:1000
# A new volume takes the folder's owner, so the process can write to it without being root.
VOLUME /data
EXPOSE 8090
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "main.js"]
ARG VERSION=1.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Undertone recommender" \
  org.opencontainers.image.description="Ranks items by what users did and by the sentiment of their reviews" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
