#!/usr/bin/env bash
# Installs Debian's or Ubuntu's packages that genrebench needs: to build, to draw figures, and to
# decode what libsndfile does not. Safe to run again: if everything is there, it changes nothing and
# needs neither network nor root.
#
#   --browser also Chromium and Selenium, for tests/browser; its test of accessibility needs npm's
#             axe-core too (npm install --global axe-core)
#   --slurm   also Slurm, whose daemons tests/slurm starts and stops
#   --package also what makes a Debian package (docs/how-to/install.md)
#   --check   also the tools that scripts/check.sh and scripts/fuzz.sh use
set -euo pipefail

packages=(
  ca-certificates git g++ cmake ninja-build ccache pkg-config python3 universal-ctags
  libsndfile1-dev libmpg123-dev libsoxr-dev libfftw3-dev libeigen3-dev libspectra-dev
  libyaml-cpp-dev libsqlitecpp-dev libsqlite3-dev nlohmann-json3-dev libcli11-dev libfmt-dev
  libsvm-dev libssl-dev libxxhash-dev libutf8proc-dev libboost-dev libpugixml-dev zlib1g-dev
  libcpp-httplib-dev
  libbenchmark-dev libgtest-dev
  libtorch-dev libopenblas0-openmp
  gnuplot-nox fonts-dejavu-core
  libjs-vega
  ffmpeg
  faketime
)
for option in "$@"; do
  case $option in
    --browser) packages+=(chromium chromium-driver python3-selenium) ;;
    --slurm) packages+=(slurm-wlm munge) ;;
    --package) packages+=(dpkg-dev help2man) ;;
    --check) packages+=(clang-format clang-tidy shellcheck codespell doxygen help2man
                        clang libclang-rt-dev) ;;
    *) echo "usage: install-dependencies.sh [--browser] [--slurm] [--package] [--check]" >&2
       exit 2 ;;
  esac
done

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "install-dependencies: run as root, or install sudo: ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "installing: ${missing[*]}" >&2
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
