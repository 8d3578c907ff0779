# The sentiment service on an NVIDIA GPU: CUDA 12, cuDNN 9, glibc, x86-64. The host needs the NVIDIA driver and container toolkit.
#   docker build -f docker/sentiment.cuda.Dockerfile -t undertone/sentiment-cuda .
#   docker run --rm --gpus all -p 127.0.0.1:8080:8080 undertone/sentiment-cuda
ARG NODE_IMAGE=node:24-bookworm-slim
ARG CUDA_IMAGE=nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04

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
# onnxruntime-node's own script fetches its CUDA provider, which is too large for the npm registry. `skip` leaves it out:
# the image then builds without a network beyond npm, and scores on the CPU.
ARG CUDA_PROVIDER=cuda12
RUN node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=${CUDA_PROVIDER} \
 && rm -f node_modules/onnxruntime-node/bin/napi-v*/linux/x64/libonnxruntime_providers_tensorrt.so
COPY . .
RUN npm run --silent bundle -- sentiment /app \
 && cp --parents models/*/*.onnx models/*/*.json models/*/README.md models/*/report/*.svg $(find models -name '*.minisig') LICENSE /app \
 && install -D "$(readlink -f "$(command -v node)")" /app/bin/node
# `npm sbom --omit=dev` leaves out whatever is a development dependency anywhere, even where it is needed here too.
RUN npm pkg delete devDependencies --workspaces --include-workspace-root \
 && npm sbom --package-lock-only --workspace=@undertone/sentiment --sbom-format=cyclonedx > /app/sbom.cdx.json

FROM ${CUDA_IMAGE}
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH NODE_ENV=production HOST=0.0.0.0 PORT=8080 EXECUTION_PROVIDER=cuda WORKERS=1
# glibc keeps freed blocks that are smaller than the largest one it ever freed, a whole model. Fixed, they go back.
# The threshold is above the size of a batch's tensors: below it, every batch would map its memory anew (half the speed).
ENV MALLOC_MMAP_THRESHOLD_=3145728 MALLOC_TRIM_THRESHOLD_=16777216 MALLOC_ARENA_MAX=1
WORKDIR /app
USER 1000:1000
EXPOSE 8080
# CUDA's own start takes seconds.
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# A small young generation, and a heap that is collected when it has grown by 80 %: 196 MiB after load with two workers,
# where V8's own sizes take some 20 MiB more. Less than 80 % costs throughput.
ENTRYPOINT ["node", "--max-semi-space-size=2", "--heap-growing-percent=80", "main.js"]
CMD ["serve"]
ARG VERSION=1.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Undertone sentiment service (CUDA)" \
  org.opencontainers.image.description="Sentiment scores of reviews over HTTP on an NVIDIA GPU, with the model inside" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
