# Sourced by mvnw and by scripts that need a JDK. find_jdk prints the home of a JDK of at least $JDK_FEATURE, or one line on stderr and fails.
JDK_FEATURE=25

jdk_feature() { # the feature release of the JDK in folder $1, from its release file, without starting a JVM
    [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
    while IFS= read -r line; do
        case $line in
            JAVA_VERSION=\"*)
                line=${line#*\"}
                echo "${line%%[!0-9]*}"
                return
                ;;
        esac
    done <"$1/release"
}

jdk_fits() {
    feature=$(jdk_feature "$1") || return 1
    [ -n "$feature" ] && [ "$feature" -ge "$JDK_FEATURE" ]
}

find_jdk() {
    if [ -n "${JAVA_HOME:-}" ] && jdk_fits "$JAVA_HOME"; then echo "$JAVA_HOME"; return 0; fi
    on_path=$(command -v javac 2>/dev/null || true)
    if [ -n "$on_path" ]; then
        real=$(readlink -f "$on_path" 2>/dev/null || echo "$on_path")
        candidate=${real%/*/*}
        if jdk_fits "$candidate"; then echo "$candidate"; return 0; fi
    fi
    for candidate in /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* "${HOME:-}"/.sdkman/candidates/java/* \
        "${HOME:-}"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
        if jdk_fits "$candidate"; then echo "$candidate"; return 0; fi
    done
    echo "A JDK $JDK_FEATURE or later is missing: install one (for example Temurin $JDK_FEATURE) or set JAVA_HOME to it" >&2
    return 1
}
