# The trainer: tfjs-node-gpu on TensorFlow's CUDA library, GloVe vectors inside. x86-64, NVIDIA driver and container toolkit.
#   docker build -f docker/trainer.cuda.Dockerfile -t undertone/trainer-cuda .
#   docker run --rm --gpus all -v "$PWD/corpus:/corpus:ro" -v "$PWD/models:/out" undertone/trainer-cuda \
#     --preset default --corpus /corpus/reviews.csv --out /out/mine
# Without a GPU: --build-arg DEVICE=cpu --build-arg CUDA_IMAGE=node:24-bookworm-slim
ARG NODE_IMAGE=node:24-bookworm-slim
ARG CUDA_IMAGE=nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04

FROM ${NODE_IMAGE} AS build
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends g++ make python3 python3-pip
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY models/package.json models/
COPY trainer/package.json trainer/
COPY services/base/package.json services/base/
COPY services/client/package.json services/client/
COPY services/recommender/package.json services/recommender/
COPY services/sentiment/package.json services/sentiment/
COPY services/streams/package.json services/streams/
COPY services/tables/package.json services/tables/
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --workspace=@undertone/trainer \
 && find node_modules/onnxruntime-node/bin -mindepth 2 -maxdepth 3 -path '*/napi-v*/*' ! -path '*/linux' ! -path '*/linux/x64' -prune -exec rm -r {} +
COPY tsconfig.json typebox.mjs typescript.mjs ./
COPY models/src models/src
COPY services/tables services/tables
COPY trainer trainer
# Node's headers come with its official image; the binding is compiled against them and TensorFlow's library.
ARG DEVICE=gpu
ENV UNDERTONE_CACHE=/opt/undertone
RUN export npm_config_nodedir="$(dirname "$(dirname "$(command -v node)")")" \
 && npm run --silent setup:trainer -- --${DEVICE} \
 && install -D "$(readlink -f "$(command -v node)")" /app/bin/node \
 && install -d -o 1000 -g 1000 runs
RUN npm sbom --package-lock-only --workspace=@undertone/trainer --sbom-format=cyclonedx > sbom.cdx.json

FROM ${CUDA_IMAGE}
COPY --from=build /opt/undertone /opt/undertone
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH UNDERTONE_CACHE=/opt/undertone
WORKDIR /app
USER 1000:1000
ENTRYPOINT ["node", "--import", "./typescript.mjs", "trainer/src/cli/train.ts"]
CMD ["--help"]
ARG VERSION=1.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Undertone trainer (CUDA)" \
  org.opencontainers.image.description="Trains sentiment models from rated reviews on an NVIDIA GPU" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
