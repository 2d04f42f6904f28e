#!/usr/bin/env bash
# Installs @tensorflow/tfjs-node 4.22.0 into this checkout where its download server cannot be reached: the addon is compiled from the
# package's own source against the TensorFlow 2.9.1 that the Python package tensorflow-cpu carries. x86-64 Linux; needs npm, pip, a C++
# compiler, binutils, 210 MB to fetch and 0.6 GB of disk.
#
#     bench/peers/build-tfjs-node.sh [MORE NPM PACKAGES]
#
# npm removes packages that package.json does not list: name those that are to stay (webgpu, ...). `npm ci` undoes it all.
set -euo pipefail
cd "$(dirname "$0")/../.."

npm install --no-save --save-dev --ignore-scripts --no-audit --no-fund @tensorflow/tfjs-node@4.22.0 node-api-headers@1 "$@"
package=$PWD/node_modules/@tensorflow/tfjs-node
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

python3 -m pip download --quiet --no-deps --only-binary=:all: --python-version 3.10 \
  --platform manylinux_2_17_x86_64 --platform manylinux2014_x86_64 --dest "$scratch" tensorflow-cpu==2.9.1
python3 - "$scratch" <<'PYTHON'
import glob, sys, zipfile
wanted = ("tensorflow/include/tensorflow/c/", "tensorflow/include/tensorflow/core/platform/",
          "tensorflow/libtensorflow_framework.so.2", "tensorflow/python/_pywrap_tensorflow_internal.so")
with zipfile.ZipFile(glob.glob(sys.argv[1] + "/*.whl")[0]) as wheel:
    wheel.extractall(sys.argv[1], [name for name in wheel.namelist() if name.startswith(wanted)])
PYTHON

library=$package/deps/lib
mkdir -p "$library" "$package/lib/napi-v8"
mv "$scratch/tensorflow/libtensorflow_framework.so.2" "$scratch/tensorflow/python/_pywrap_tensorflow_internal.so" "$library"

# The library has Python's bindings inside. Nothing calls them from here, but the loader wants an address for each name.
nm --dynamic --undefined-only "$library/_pywrap_tensorflow_internal.so" |
  awk '$2 ~ /^_?Py/ { print "char " $2 "[1024];" }' >"$scratch/python-names.c"
cc -shared -fPIC -fno-builtin -Wl,-soname,libpython-names.so -o "$library/libpython-names.so" "$scratch/python-names.c"

c++ -shared -fPIC -O2 -std=c++14 -DNAPI_VERSION=8 \
  -I node_modules/node-api-headers/include -I "$scratch/tensorflow/include" \
  "$package"/binding/*.cc -o "$package/lib/napi-v8/tfjs_binding.node" -L "$library" \
  -l:_pywrap_tensorflow_internal.so -l:libpython-names.so -l:libtensorflow_framework.so.2 \
  -Wl,-rpath,'$ORIGIN/../../deps/lib'

node --import tsx --input-type module --eval '
  const { selectBackend } = await import("./models/tensorflow/backend.ts");
  console.log((await selectBackend("tensorflow")).reason);
'
