set -eu
name=$1 sha=$2
root=${FLASH_UNPACK_DIR:-/opt/flash}
app=$root/$sha
mounted=${FLASH_BUILD_ARTIFACT_PATH:-/root/.runpod/artifact.tar.gz}
fail() { echo "error: $*" >&2; exit 1; }
fits() { [ -f "$1" ] && [ "$(sha256sum < "$1" | cut -c1-64)" = "$sha" ]; }
fetch() {
  mkdir -p "$root"
  if command -v curl > /dev/null; then curl -fsS --retry 3 -o "$1" "$FLASH_ARTIFACT_URL"
  elif command -v wget > /dev/null; then wget -q -O "$1" "$FLASH_ARTIFACT_URL"
  else fail "no archive is mounted and the image has neither curl nor wget to fetch it"; fi
}
if [ ! -x "$app/handler_$name" ]; then
  archive=$mounted left=${FLASH_ARTIFACT_WAIT_S:-90}
  if [ ! -f "$mounted" ] && [ -n "${FLASH_ARTIFACT_URL:-}" ]; then
    archive=$root/$sha.tar.gz
    fits "$archive" || fetch "$archive" || fail "the archive cannot be fetched"
    left=0
  fi
  until fits "$archive"; do
    [ "$left" -gt 0 ] || fail "$archive is missing or is not the archive $sha"
    left=$((left - 1))
    sleep 1
  done
  new=$app.$$
  rm -rf "$new"
  mkdir -p "$new"
  tar -xzf "$archive" -C "$new" || fail "$archive cannot be unpacked"
  [ -x "$new/handler_$name" ] || fail "the archive has no handler_$name"
  mv "$new" "$app" 2> /dev/null || [ -x "$app/handler_$name" ] || fail "$app cannot be made"
fi
unset FLASH_ARTIFACT_URL
cd "$app"
exec "./handler_$name"
