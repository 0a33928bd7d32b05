package libp2p.nat.relay;

import java.io.IOException;
import java.time.Duration;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.core.protobuf.Delimited;
import libp2p.nat.relay.wire.HopMessage;
import libp2p.nat.relay.wire.StopMessage;

/** Length-delimited messages of the two protocols on streams. */
final class RelayFrames {
    private RelayFrames() {}

    static HopMessage readHop(Stream stream) throws IOException {
        return HopMessage.fromBytes(Delimited.read("HopMessage", stream.input(), HopMessage.MAX_BYTES));
    }

    static StopMessage readStop(Stream stream) throws IOException {
        return StopMessage.fromBytes(Delimited.read("StopMessage", stream.input(), StopMessage.MAX_BYTES));
    }

    static void write(Stream stream, HopMessage message) throws IOException {
        stream.write(Delimited.frame(message.toBytes()));
    }

    static void write(Stream stream, StopMessage message) throws IOException {
        stream.write(Delimited.frame(message.toBytes()));
    }

    /** Resets the stream after a while: timeouts of reads alone would leave a slow remote that time for every byte. */
    static Timer endInTime(Environment environment, Stream stream, Duration after) {
        return environment.schedule(after.toNanos(), () -> stream.reset(ErrorCode.NONE));
    }
}
