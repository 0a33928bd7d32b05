package libp2p.nat.relay.wire;

import java.time.Duration;
import libp2p.core.connection.ConnectionLimits;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import org.jspecify.annotations.Nullable;

/**
 * The message {@code Limit}. Zero means that there is no limit of the kind; a message that limits nothing is not sent.
 */
final class RelayLimit {
    private static final int DURATION = 1;
    private static final int DATA = 2;

    private RelayLimit() {}

    static void write(ProtobufWriter out, ConnectionLimits limit) {
        out.uint64(DURATION, limit.duration().toSeconds());
        out.uint64(DATA, limit.bytes());
    }

    /** The limit in a message, or null if it limits nothing. */
    static @Nullable ConnectionLimits read(ProtobufReader in) throws ProtobufException {
        long seconds = 0;
        long bytes = 0;
        while (in.next()) {
            switch (in.field()) {
                case DURATION -> seconds = in.uint32();
                case DATA -> bytes = saturated(in.uint64());
                default -> in.skip();
            }
        }
        return seconds == 0 && bytes == 0 ? null : new ConnectionLimits(Duration.ofSeconds(seconds), bytes);
    }

    private static long saturated(long unsigned) {
        return unsigned < 0 ? Long.MAX_VALUE : unsigned;
    }
}
