#!/usr/bin/env bash
# What the system tests of WebGPU need besides `npm ci`, on Debian: Mesa's software driver for Vulkan (23 or later; bookworm has it in its
# backports, from the mirror that this machine uses anyway) and the two optional packages, without a change to package.json.
set -euo pipefail
cd "$(dirname "$0")/.."

driver=/usr/share/vulkan/icd.d/lvp_icd.json
mesa_version() { dpkg-query --showformat='${Version}' --show mesa-vulkan-drivers 2>/dev/null | cut -d. -f1; }

if [ ! -e $driver ] && [ ! -e ${driver%.json}.x86_64.json ] || [ "$(mesa_version || echo 0)" -lt 23 ]; then
  . /etc/os-release
  from=()
  if [ "$VERSION_CODENAME" = bookworm ]; then
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | head -1)
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bookworm-backports main" \
      >/etc/apt/sources.list.d/bookworm-backports.list
    from=(--target-release bookworm-backports)
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${from[@]}" mesa-vulkan-drivers libvulkan1 >/dev/null
fi
# Its own optional peers npm installs only as somebody's dependency.
npm install --no-save --save-dev --no-audit --no-fund --silent webgpu@0.6.2 @tensorflow/tfjs-backend-webgpu@4.22.0
