package libp2p.quic.connection;

import libp2p.quic.recovery.PacketSpace;
import libp2p.quic.wire.FrameOutput;
import libp2p.quic.wire.TransportParameters;
import libp2p.security.tls13.HandshakeOutput;
import org.jspecify.annotations.Nullable;

/** Tells a tracer, if there is one, what happens on a connection. Under the lock of the connection. */
final class Tracing {
    private final @Nullable Tracer tracer;
    private final boolean client;

    Tracing(@Nullable Tracer tracer, boolean client) {
        this.tracer = tracer;
        this.client = client;
    }

    void secret(HandshakeWork.Keys keys, byte @Nullable [] clientRandom) {
        Tracer current = tracer;
        if (current != null && clientRandom != null) {
            String side = client == keys.sending() ? "CLIENT" : "SERVER";
            boolean handshake = keys.level() == HandshakeOutput.Level.HANDSHAKE;
            String label = side + (handshake ? "_HANDSHAKE_TRAFFIC_SECRET" : "_TRAFFIC_SECRET_0");
            current.secret(label, clientRandom, keys.secret());
        }
    }

    void parameters(boolean local, TransportParameters parameters, long now) {
        Tracer current = tracer;
        if (current != null) {
            current.parameters(local, parameters, now);
        }
    }

    void sent(int level, long number, int size, FrameOutput frames, int from, long now) {
        Tracer current = tracer;
        if (current != null) {
            current.sent(level, number, size, frames.bytes(), from, frames.at() - from, now);
        }
    }

    void received(Connection connection, int level, long number, byte[] plain, int length, long now) {
        Tracer current = tracer;
        if (current != null) {
            current.received(level, number, plain, 0, length, now);
            current.recovery(connection.recovery, now);
        }
    }

    void lost(@Nullable LevelState[] levels, PacketSpace space, long number, long now) {
        Tracer current = tracer;
        if (current == null) {
            return;
        }
        for (LevelState level : levels) {
            if (level != null && level.space == space) {
                current.lost(level.index, number, now);
            }
        }
    }

    void over() {
        Tracer current = tracer;
        if (current != null) {
            current.over();
        }
    }

    void closed(CloseCause why, long now) {
        Tracer current = tracer;
        if (current != null) {
            current.closed(why, now);
        }
    }
}
