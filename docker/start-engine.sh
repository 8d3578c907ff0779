#!/usr/bin/env bash
# Starts a Docker engine from Debian's packages, with Compose and BuildKit, on a machine that has none.
# It also makes the base image `local/node:bookworm-slim` from this machine's Node.js, for machines
# that cannot pull images, and `local/golang:bookworm` from its Go if it has one. It needs root and a
# Debian archive. It does not change what already exists.
#
#   bash docker/start-engine.sh
#   NODE_IMAGE=local/node:bookworm-slim GO_IMAGE=local/golang:bookworm npm run test:compose
set -Eeuo pipefail
trap 'echo "start-engine.sh: line $LINENO failed: $BASH_COMMAND" >&2' ERR
image=local/node:bookworm-slim
go_image=local/golang:bookworm
log=${TMPDIR:-/tmp}/dockerd.log
docker=/usr/bin/docker # Debian's client builds with BuildKit; another one on PATH may not.

install_engine() {
  local tool missing=
  for tool in dockerd docker-compose debootstrap iptables; do
    [ -x "/usr/sbin/$tool" ] || [ -x "/usr/bin/$tool" ] || missing=1
  done
  [ -n "$missing" ] || return 0
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    docker.io docker-compose debootstrap iptables >/dev/null
}

start_engine() {
  ! "$docker" info >/dev/null 2>&1 || return 0
  # A process id from before a restart of the machine may belong to another program now.
  pgrep -x dockerd >/dev/null || rm -f /var/run/docker.pid /var/run/docker/containerd/containerd.pid
  setsid dockerd >"$log" 2>&1 </dev/null &
  for _ in $(seq 60); do
    ! "$docker" info >/dev/null 2>&1 || return 0
    sleep 0.5
  done
  tail -5 "$log" >&2
  echo "start-engine.sh: dockerd did not start; its log is $log" >&2
  return 1
}

# Debian bookworm with this machine's Node.js, npm and certificate authorities.
make_base_image() {
  ! "$docker" image inspect "$image" >/dev/null 2>&1 || return 0
  local root mirror npm_folder
  root=$(mktemp -d)
  # The archive that apt uses, because debootstrap has another default.
  # shellcheck disable=SC2016
  mirror=$(apt-get indextargets --format '$(REPO_URI)' \
    'Codename: bookworm' 'Component: main' 'Created-By: Packages' | sort -u | sed -n 1p || true)
  debootstrap --variant=minbase --include=ca-certificates,libstdc++6 bookworm "$root" ${mirror:+"$mirror"} \
    >"$log.debootstrap" 2>&1 || { tail -5 "$log.debootstrap" >&2; return 1; }
  install -D "$(readlink -f "$(command -v node)")" "$root/usr/bin/node"
  npm_folder=$(npm root -g)/npm
  mkdir -p "$root/usr/lib/node_modules"
  cp -r "$npm_folder" "$root/usr/lib/node_modules/npm"
  ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/bin/npm"
  ln -sf ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/bin/npx"
  cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
  chroot "$root" groupadd --gid 1000 node
  chroot "$root" useradd --uid 1000 --gid node --create-home node
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/usr/share/{doc,locale,man}/*
  chmod 0755 "$root" # mktemp made it 0700, and it becomes the image's root folder.
  tar -C "$root" -c . | "$docker" import \
    --change 'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt' \
    --change 'ENV npm_config_cafile=/etc/ssl/certs/ca-certificates.crt' \
    --change 'CMD ["node"]' - "$image" >/dev/null
  rm -rf "$root"
}

# The base image with this machine's Go and the module proxy that it uses; the NATS image is built from it.
make_go_image() {
  ! "$docker" image inspect "$go_image" >/dev/null 2>&1 || return 0
  command -v go >/dev/null || return 0
  "$docker" build --quiet --tag "$go_image" --file - "$(go env GOROOT)" >/dev/null <<EOF
FROM $image
COPY . /usr/local/go
ENV PATH=/usr/local/go/bin:/usr/bin:/bin:/usr/sbin:/sbin
ENV GOPROXY=$(go env GOPROXY) GOSUMDB=$(go env GOSUMDB) GOTOOLCHAIN=local
EOF
}

install_engine
start_engine
make_base_image
make_go_image
"$docker" version --format 'Docker engine {{.Server.Version}} is up'
