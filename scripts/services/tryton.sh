#!/usr/bin/env bash
# A real Tryton 8.2 on SQLite, for tests and demonstrations. Separate process, own environment, loopback only.
#
#   scripts/services/tryton.sh start [--fresh]   build what is missing, serve; --fresh begins from the prepared database
#   scripts/services/tryton.sh stop|status|reset stop it | say how it is | stop and forget this instance's database
#   scripts/services/tryton.sh prepare           only build the environment and the prepared database
#   scripts/services/tryton.sh prepared          succeed when that has been done for this version
#
# Variables: VAR_DIR (default var), TRYTON_PORT (default 8190), TRYTON_INSTANCE (default main; tests run one each),
# TRYTON_SHARED (where environment and prepared database are kept; default VAR_DIR/services/tryton), PYTHON.
# `start` writes TRYTON_URL and the logins to VAR_DIR/services/tryton/env (or env-INSTANCE): source it.
set -euo pipefail
umask 077

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
var=${VAR_DIR:-$root/var}
shared=${TRYTON_SHARED:-$var/services/tryton}
instance=${TRYTON_INSTANCE:-main}
port=${TRYTON_PORT:-8190}
python=${PYTHON:-python3}
database=crm

requirements=$here/requirements-tryton.txt
version=$(cat "$requirements" "$here/tryton_prepare.py" "${BASH_SOURCE[0]}" | sha256sum | cut -c1-12)
venv=$shared/venv-$(sha256sum <"$requirements" | cut -c1-12)
prepared=$shared/prepared-$version
run=$var/services/tryton/run-$instance
env_file=$var/services/tryton/env
[ "$instance" = main ] || env_file=$env_file-$instance

say() { echo "tryton: $*"; }
fail() { echo "tryton: $*" >&2; exit 1; }

is_running() { [ -f "$run/pid" ] && kill -0 "$(cat "$run/pid")" 2>/dev/null; }

write_config() { # directory of the database, port
    # our tests type wrong passwords on purpose: do not lock the login out for it
    printf '[web]\nlisten = 127.0.0.1:%s\n[database]\nuri = sqlite://\npath = %s\n[session]\nmax_attempt = 100000\nmax_attempt_ip_network = 100000\n' "$2" "$1" >"$1/trytond.conf"
}

await_answer() { # port, pid, log
    for _ in $(seq 150); do
        kill -0 "$2" 2>/dev/null || { tail -5 "$3" >&2; fail "the server stopped by itself, see $3"; }
        (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return 0
        sleep 0.2
    done
    fail "no answer on port $1 after 30 s, see $3"
}

build_venv() {
    [ -x "$venv/bin/trytond" ] && return
    say "installing the server into $venv"
    rm -rf "$venv.new"
    "$python" -m venv "$venv.new"
    "$venv.new/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r "$requirements"
    # Scripts name their interpreter by the path of the build: run them through the interpreter, as `trytond` does.
    rm -rf "$venv" && mv "$venv.new" "$venv"
}

trytond() { # program, arguments: runs it from the environment whatever path it was built at
    local program=$1
    shift
    "$venv/bin/python" "$venv/bin/$program" "$@"
}

build_prepared() {
    [ -f "$prepared/ready" ] && return
    build_venv
    say "preparing the database (about 25 s, once per version)"
    local work=$prepared.new pid
    rm -rf "$work" && mkdir -p "$work"
    write_config "$work" "$port"
    touch "$work/$database.sqlite"
    "$python" -c 'import secrets; print(secrets.token_urlsafe(24))' >"$work/admin-password"
    TRYTONPASSFILE=$work/admin-password trytond trytond-admin -c "$work/trytond.conf" -d "$database" \
        --all --email admin@example.com >"$work/log" 2>&1 || { tail -5 "$work/log" >&2; fail "cannot create the database"; }
    trytond trytond-admin -c "$work/trytond.conf" -d "$database" -u party sale_opportunity sale_complaint \
        --activate-dependencies >>"$work/log" 2>&1 || { tail -5 "$work/log" >&2; fail "cannot activate the modules"; }
    "$venv/bin/python" "$venv/bin/trytond" -c "$work/trytond.conf" -d "$database" >>"$work/log" 2>&1 9>&- &
    pid=$!
    await_answer "$port" "$pid" "$work/log"
    "$python" "$here/tryton_prepare.py" "http://127.0.0.1:$port/$database/rpc/" "$work/admin-password" >"$work/logins" ||
        { kill "$pid"; fail "cannot fill the database"; }
    kill "$pid" && wait "$pid" 2>/dev/null || true
    # The log of the last writes lies beside the file: fold it in, so that one file is the whole database.
    "$python" -c 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute("PRAGMA wal_checkpoint(TRUNCATE)")' \
        "$work/$database.sqlite"
    touch "$work/ready"
    rm -rf "$prepared" && mv "$work" "$prepared"
}

with_build_lock() { # several test processes may come at once: one builds, the others wait
    mkdir -p "$shared"
    exec 9>"$shared/lock"
    flock -w 300 9 || fail "another process has been building for five minutes"
    build_venv
    build_prepared
    exec 9>&-
}

start() {
    if is_running; then
        [ "${1:-}" = --fresh ] || { say "already running at $(cat "$run/url")"; return; }
        stop
    fi
    with_build_lock
    [ "${1:-}" = --fresh ] && rm -rf "$run"
    mkdir -p "$run"
    [ -f "$run/$database.sqlite" ] || cp "$prepared/$database.sqlite" "$run/$database.sqlite"
    [ -f "$run/logins" ] || cp "$prepared/logins" "$run/logins"
    write_config "$run" "$port"
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && fail "port $port is taken: set TRYTON_PORT"
    setsid "$venv/bin/python" "$venv/bin/trytond" -c "$run/trytond.conf" -d "$database" >"$run/log" 2>&1 </dev/null &
    echo $! >"$run/pid"
    echo "http://127.0.0.1:$port/$database" >"$run/url"
    await_answer "$port" "$(cat "$run/pid")" "$run/log"
    { echo "TRYTON_URL=http://127.0.0.1:$port/$database"; cat "$run/logins"; } >"$env_file"
    say "serving $(cat "$run/url"), logins in $env_file"
}

stop() {
    is_running || { rm -f "$run/pid"; say "not running"; return; }
    local pid
    pid=$(cat "$run/pid")
    kill "$pid"
    for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -9 "$pid" 2>/dev/null || true
    rm -f "$run/pid"
    say "stopped"
}

case ${1:-} in
start) start "${2:-}" ;;
stop) stop ;;
reset) stop; rm -rf "$run" "$env_file"; say "forgotten" ;;
status) if is_running; then say "running at $(cat "$run/url")"; else say "not running"; exit 3; fi ;;
prepared) [ -f "$prepared/ready" ] && [ -x "$venv/bin/trytond" ] ;;
prepare) with_build_lock; say "prepared in $prepared" ;;
*) sed -n '2,12s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac
