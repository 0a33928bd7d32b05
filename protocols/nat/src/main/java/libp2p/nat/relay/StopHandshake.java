package libp2p.nat.relay;

import java.io.IOException;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Timer;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.nat.relay.wire.StopMessage;
import org.jspecify.annotations.Nullable;

/** The relay's side of the stop protocol: asks the target of a circuit whether it takes it. */
final class StopHandshake {
    private static final System.Logger LOG = System.getLogger(StopHandshake.class.getName());

    private StopHandshake() {}

    /** A stream to the target that has said yes, which the caller closes; null if it did not. Never dials. */
    static @Nullable Stream open(Host host, PeerId source, PeerId target, RelayLimits.Circuits limits) {
        DialOptions options =
                DialOptions.DEFAULT.withNoDial().withTimeout(limits.connect()).withReason("a circuit from " + source);
        Stream stop;
        try {
            stop = host.open(PeerAddress.of(target), options, RelayClient.STOP_PROTOCOL);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "no stop stream to " + target + ": " + e);
            return null;
        }
        boolean taken = false;
        Timer end = RelayFrames.endInTime(host.environment(), stop, limits.handshake());
        try {
            stop.scope().setService(RelayServer.SERVICE);
            RelayFrames.write(stop, StopMessage.connect(source, limits.each()));
            StopMessage answer = RelayFrames.readStop(stop);
            taken = answer.type() == StopMessage.Type.STATUS && answer.status() == RelayStatus.OK.number();
            return taken ? stop : null;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "no circuit to " + target + ": " + e);
            return null;
        } finally {
            end.cancel();
            if (!taken) {
                stop.reset(ErrorCode.NONE);
            }
        }
    }
}
