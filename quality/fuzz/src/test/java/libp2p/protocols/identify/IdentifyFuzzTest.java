package libp2p.protocols.identify;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import libp2p.core.messaging.MessageCodec;
import libp2p.core.messaging.MessageReader;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.core.resource.Reservation;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.system.SystemEnvironment;

/** The message of identify, and the frames that it comes in. */
class IdentifyFuzzTest {
    @FuzzTest
    void message(byte[] data) {
        IdentifyLimits limits = IdentifyLimits.DEFAULT;
        IdentifyMessage message = new IdentifyMessage();
        try {
            message.merge(data, limits);
            assertThat(message.protocols).hasSizeLessThanOrEqualTo(limits.protocols());
            assertThat(message.listenAddresses).hasSizeLessThanOrEqualTo(limits.addresses());
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @FuzzTest
    void frames(byte[] data) {
        IdentifyLimits limits = IdentifyLimits.DEFAULT;
        CountingResourceManager resources =
                new CountingResourceManager(SystemEnvironment.shared(), ResourceLimits.unlimited());
        try (ConnectionScope scope = resources.openConnection(Direction.INBOUND, false, Multiaddr.parse("/memory/1"));
                Reservation memory = scope.reserve(0, Reservation.ALWAYS)) {
            MessageReader<byte[]> frames = new MessageReader<>(
                    Identify.PROTOCOL, new ByteArrayInputStream(data), MessageCodec.BYTES, limits.frame());
            IdentifyMessage message = IdentifyFrames.receive(frames::readOrEnd, Identify.PROTOCOL, limits, memory);
            assertThat(message.protocols).hasSizeLessThanOrEqualTo(limits.protocols());
            assertThat(message.listenAddresses).hasSizeLessThanOrEqualTo(limits.addresses());
            assertThat(memory.bytes()).isLessThanOrEqualTo(4L * data.length);
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}
