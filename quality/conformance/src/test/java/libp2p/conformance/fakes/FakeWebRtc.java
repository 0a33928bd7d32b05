package libp2p.conformance.fakes;

import java.io.IOException;
import java.util.List;
import libp2p.core.host.TransportFactory;
import libp2p.core.identity.PeerId;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.security.SecurityLimits;
import libp2p.security.noise.NoiseExtensions;
import libp2p.security.noise.NoiseHandshake;
import libp2p.security.noise.NoiseKeys;
import libp2p.security.noise.NoiseSession;
import org.jspecify.annotations.Nullable;

/**
 * The shape of what WebRTC Direct does with Noise: the listener is the initiator, the prologue holds both certificate
 * hashes, messages travel on a data channel, and nothing is encrypted after the handshake. Only compiled.
 */
final class FakeWebRtc {
    /** One message there or back on the data channel of the handshake. */
    interface DataChannel {
        void send(byte[] message) throws IOException;

        byte[] receive() throws IOException;
    }

    private final TransportFactory.Context context;

    FakeWebRtc(TransportFactory.Context context) {
        this.context = context;
    }

    PeerId authenticate(DataChannel channel, boolean listener, @Nullable PeerId expected, byte[] prologue)
            throws IOException {
        NoiseKeys keys = NoiseKeys.create(context.identity(), context.environment());
        NoiseHandshake.Settings settings = NoiseHandshake.Settings.of(
                        listener ? Role.INITIATOR : Role.RESPONDER, expected)
                .withPrologue(prologue)
                .withExtensions(NoiseExtensions.ofMuxers(List.of()));
        try (NoiseHandshake handshake =
                new NoiseHandshake(keys, settings, SecurityLimits.DEFAULT, context.environment())) {
            while (!handshake.isFinished()) {
                if (handshake.isMyTurn()) {
                    channel.send(handshake.write());
                } else {
                    handshake.read(channel.receive());
                }
            }
            try (NoiseSession session = handshake.finish()) { // its ciphers are not used: DTLS protects the streams
                return session.remotePeer();
            }
        }
    }
}
