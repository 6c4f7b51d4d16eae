#!/usr/bin/env bash
# Installs what genrebench is built with and what draws its figures, from Debian's or Ubuntu's own packages. Safe to run again: where
# everything is there already it changes nothing and needs neither network nor root. With --slurm also what tests/slurm needs: a Slurm, whose
# daemons the test starts and stops itself.
set -euo pipefail
case ${1:-} in
  '') extra=() ;;
  --slurm) extra=(slurm-wlm munge) ;;
  *) echo "usage: install-dependencies.sh [--slurm]" >&2; exit 2 ;;
esac

packages=(
  ca-certificates git g++ cmake ninja-build ccache pkg-config
  libsndfile1-dev libsoxr-dev libfftw3-dev libeigen3-dev libspectra-dev
  libyaml-cpp-dev libsqlitecpp-dev libsqlite3-dev nlohmann-json3-dev libcli11-dev libfmt-dev
  libsvm-dev libssl-dev libxxhash-dev libutf8proc-dev libboost-dev libpugixml-dev
  libbenchmark-dev libgtest-dev
  libtorch-dev libopenblas0-openmp
  gnuplot-nox fonts-dejavu-core
  faketime
  "${extra[@]}"
)

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "install-dependencies: run as root, or install sudo: ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
echo "installing: ${missing[*]}" >&2
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
