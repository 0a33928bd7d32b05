package libp2p.scenarios;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import libp2p.core.environment.TcpChannel;
import libp2p.core.identity.Identity;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.muxer.Muxer;
import libp2p.core.resource.Direction;
import libp2p.core.security.SecureConnection;
import libp2p.core.security.SecurityRequest;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.core.testing.ChannelConnection;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.muxers.MuxerLimits;
import libp2p.security.noise.Noise;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;

/** Brings a raw connection to the floor on which an attack begins, as an honest dialer would. */
final class Stranger {
    /** The first message of every negotiation. */
    static final byte[] HEADER = message("/multistream/1.0.0");

    /** A stranger's own queue must not fill the heap that it shares with its victim. */
    static final MuxerLimits FRUGAL = frugal();

    private Stranger() {}

    private static MuxerLimits frugal() {
        MuxerLimits usual = MuxerLimits.DEFAULT;
        return new MuxerLimits(
                usual.inboundStreams(),
                usual.outboundStreams(),
                usual.acceptBacklog(),
                usual.refusals(),
                MuxerLimits.MINIMUM_SEND_BUFFER,
                0,
                usual.writeTimeout(),
                usual.closeTimeout(),
                usual.lingerTimeout(),
                usual.yamux(),
                usual.mplex());
    }

    /** A message of multistream-select. */
    static byte[] message(String text) {
        byte[] bytes = (" " + text + "\n").getBytes(StandardCharsets.US_ASCII);
        bytes[0] = (byte) (bytes.length - 1);
        return bytes;
    }

    static byte[] join(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(1024);
        for (byte[] part : parts) {
            all.put(part);
        }
        byte[] joined = new byte[all.flip().remaining()];
        all.get(joined);
        return joined;
    }

    /** Agrees on Noise and shakes hands under a new identity. */
    static SecureConnection secure(SimulatedEnvironment machine, TcpChannel channel) throws IOException {
        return secure(machine, channel, Identity.generate(machine));
    }

    private static SecureConnection secure(SimulatedEnvironment machine, TcpChannel channel, Identity identity)
            throws IOException {
        channel.write(ByteBuffer.wrap(join(HEADER, message("/noise"))));
        ByteBuffer answer = ByteBuffer.allocate(HEADER.length + message("/noise").length);
        while (answer.hasRemaining()) {
            if (channel.read(answer) < 0) {
                throw new IOException("no answer");
            }
        }
        return Noise.create(identity, machine)
                .secure(new ChannelConnection(channel), new SecurityRequest(machine, Role.INITIATOR, null, List.of()));
    }

    static void send(SecureConnection secure, byte[] bytes) throws IOException {
        secure.plaintext().put(bytes);
        secure.flush();
    }

    /** Agrees on a muxer too; the stranger itself has no limits of memory. */
    static MuxedConnection mux(SimulatedEnvironment machine, TcpChannel channel, Muxer muxer) throws IOException {
        return mux(machine, channel, muxer, Identity.generate(machine));
    }

    /** As {@link #mux(SimulatedEnvironment, TcpChannel, Muxer)}, under an identity that it may use more than once. */
    static MuxedConnection mux(SimulatedEnvironment machine, TcpChannel channel, Muxer muxer, Identity identity)
            throws IOException {
        SecureConnection secure = secure(machine, channel, identity);
        byte[] proposal = message(muxer.protocol());
        send(secure, join(HEADER, proposal));
        int expected = HEADER.length + proposal.length;
        while (expected > 0) {
            ByteBuffer answer = secure.read();
            if (answer == null) {
                throw new IOException("no answer");
            }
            int taken = Math.min(expected, answer.remaining());
            answer.position(answer.position() + taken);
            expected -= taken;
        }
        CountingResourceManager resources = new CountingResourceManager(machine, ResourceLimits.unlimited());
        return muxer.mux(
                machine,
                secure,
                true,
                resources.openConnection(Direction.OUTBOUND, true, Multiaddr.parse("/memory/1")));
    }

    static void write(MuxedStream stream, byte[] bytes) throws IOException {
        stream.write(ByteBuffer.wrap(bytes));
    }
}
