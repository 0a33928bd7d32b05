package libp2p.interop;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a cell, or of a listener.
 *
 * @param subject what it is about, for people
 * @param cell null for a listener
 * @param result what came out
 * @param reason why it failed or was skipped, or the failure before a retry; else empty
 * @param took of the last attempt
 * @param retried whether there was a second attempt
 * @param log what the processes printed; null if none were started
 */
record Outcome(
        String subject,
        @Nullable Cell cell,
        Result result,
        String reason,
        Duration took,
        boolean retried,
        @Nullable Path log) {
    enum Result {
        PASSED,
        FAILED,
        /** The peer cannot do this one check. */
        SKIPPED,
        /** The peer does not have this transport, security protocol or muxer at all: there is no such row. */
        ABSENT
    }

    static Outcome notRun(Cell cell, Unsupported.Rule rule) {
        Result result = rule.isOfWholeRows() ? Result.ABSENT : Result.SKIPPED;
        return new Outcome(cell.toString(), cell, result, rule.reason(), Duration.ZERO, false, null);
    }

    static Outcome failed(Cell cell, String reason, Duration took, boolean retried, @Nullable Path log) {
        return new Outcome(cell.toString(), cell, Result.FAILED, reason, took, retried, log);
    }

    static Outcome passed(Cell cell, String reason, Duration took, boolean retried, Path log) {
        return new Outcome(cell.toString(), cell, Result.PASSED, reason, took, retried, log);
    }

    /** @param fault empty if there was none */
    static Outcome ofListener(Listener.Kind kind, String fault, Path log) {
        Result result = fault.isEmpty() ? Result.PASSED : Result.FAILED;
        return new Outcome(kind.toString(), null, result, fault, Duration.ZERO, false, log);
    }

    /** The entry of a cell in the report in JSON; none for a listener, or if a peer or check of its is no more. */
    static Optional<Outcome> fromJson(Map<?, ?> members, Map<String, Peer> peers) {
        Peer dialer = peers.get(text(members, "dialer"));
        Peer listener = peers.get(text(members, "listener"));
        if (dialer == null || listener == null) {
            return Optional.empty();
        }
        Cell cell = new Cell(
                dialer,
                listener,
                Transport.of(text(members, "transport")),
                text(members, "security"),
                text(members, "muxer"),
                Check.of(text(members, "check")));
        Result result = Result.valueOf(text(members, "result").toUpperCase(Locale.ROOT));
        Duration took = members.get("seconds") instanceof Number seconds
                ? Duration.ofMillis((long) (seconds.doubleValue() * 1e3))
                : Duration.ZERO;
        boolean retried = Boolean.TRUE.equals(members.get("retried"));
        return Optional.of(new Outcome(cell.toString(), cell, result, text(members, "reason"), took, retried, null));
    }

    private static String text(Map<?, ?> members, String name) {
        return String.valueOf((Object) members.get(name));
    }

    /** For the report in JSON. */
    Map<String, Object> toJson() {
        Map<String, Object> members = new LinkedHashMap<>();
        if (cell == null) {
            members.put("listener", subject);
        } else {
            members.put("dialer", cell.dialer().name());
            members.put("listener", cell.listener().name());
            members.put("transport", cell.transport().toString());
            members.put("security", cell.security());
            members.put("muxer", cell.muxer());
            members.put("check", cell.check().toString());
        }
        members.put("result", result.name().toLowerCase(Locale.ROOT));
        members.put("reason", reason);
        members.put("seconds", took.toMillis() / 1e3);
        members.put("retried", retried);
        return members;
    }
}
