package libp2p.transports.webtransport;

import java.util.LinkedHashMap;
import java.util.Map;
import libp2p.http3.Settings;

/** The settings by which both sides say that they take sessions, for all drafts that are spoken today. */
final class SessionSettings {
    /** Where sessions are asked for. */
    static final String PATH = "/.well-known/libp2p-webtransport";

    /** Bounds nothing: the limits of QUIC's streams do. One browser opens no stream without such settings. */
    private static final long UNBOUNDED = 1L << 60;

    static final Settings OF_SERVER = settings(true);
    static final Settings OF_CLIENT = settings(false);

    private SessionSettings() {}

    private static Settings settings(boolean server) {
        Map<Long, Long> values = new LinkedHashMap<>();
        values.put(Settings.MAX_FIELD_SECTION_SIZE, (long) RequestStream.MAX_FIELD_SECTION);
        values.put(Settings.H3_DATAGRAM, 1L);
        values.put(Settings.ENABLE_WEBTRANSPORT_DRAFT_02, 1L);
        values.put(Settings.WT_ENABLED, 1L);
        if (server) {
            values.put(Settings.ENABLE_CONNECT_PROTOCOL, 1L);
            values.put(Settings.WT_MAX_SESSIONS, 1L);
            values.put(Settings.WT_INITIAL_MAX_DATA, UNBOUNDED);
            values.put(Settings.WT_INITIAL_MAX_STREAMS_UNI, UNBOUNDED);
            values.put(Settings.WT_INITIAL_MAX_STREAMS_BIDI, UNBOUNDED);
        }
        return new Settings(values);
    }

    /** Whether a server takes sessions, by any of the drafts. */
    static boolean takesSessions(Settings server) {
        return server.value(Settings.WT_ENABLED) > 0
                || server.value(Settings.ENABLE_WEBTRANSPORT_DRAFT_02) > 0
                || server.value(Settings.WT_MAX_SESSIONS) > 0;
    }

    /** The {@code :protocol} of a session with a server of these settings. */
    static String token(Settings server) {
        return server.value(Settings.WT_ENABLED) > 0 ? "webtransport-h3" : "webtransport";
    }
}
