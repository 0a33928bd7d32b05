package libp2p.protocols.identify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * The protobuf message of identify. Malformed addresses are dropped, lists are cut at their limits, and later frames
 * add to earlier ones.
 */
final class IdentifyMessage {
    private static final int PUBLIC_KEY = 1;
    private static final int LISTEN_ADDRESS = 2;
    private static final int PROTOCOL = 3;
    private static final int OBSERVED_ADDRESS = 4;
    private static final int PROTOCOL_VERSION = 5;
    private static final int AGENT_VERSION = 6;
    private static final int SIGNED_PEER_RECORD = 8;

    byte @Nullable [] publicKey;
    final List<Multiaddr> listenAddresses = new ArrayList<>();
    final List<String> protocols = new ArrayList<>();

    @Nullable
    Multiaddr observedAddress;

    @Nullable
    String protocolVersion;

    @Nullable
    String agentVersion;

    byte @Nullable [] signedPeerRecord;

    /** Everything but the signed record. */
    byte[] toBytes() {
        ProtobufWriter out = new ProtobufWriter();
        if (publicKey != null) {
            out.bytes(PUBLIC_KEY, publicKey);
        }
        listenAddresses.forEach(address -> out.bytes(LISTEN_ADDRESS, address.toBytes()));
        protocols.forEach(protocol -> out.string(PROTOCOL, protocol));
        if (observedAddress != null) {
            out.bytes(OBSERVED_ADDRESS, observedAddress.toBytes());
        }
        if (protocolVersion != null) {
            out.string(PROTOCOL_VERSION, protocolVersion);
        }
        if (agentVersion != null) {
            out.string(AGENT_VERSION, agentVersion);
        }
        return out.toByteArray();
    }

    /** The signed record alone; appended to {@link #toBytes} or sent as a frame of its own. */
    byte[] recordToBytes() {
        return signedPeerRecord == null
                ? new byte[0]
                : new ProtobufWriter()
                        .bytes(SIGNED_PEER_RECORD, signedPeerRecord)
                        .toByteArray();
    }

    /** Adds what a frame says. */
    void merge(byte[] frame, IdentifyLimits limits) throws IOException {
        ProtobufReader in = ProtobufReader.of("Identify", frame, limits.frame(), limits.fields());
        while (in.next()) {
            switch (in.field()) {
                case PUBLIC_KEY -> publicKey = in.bytes(limits.frame());
                case LISTEN_ADDRESS -> addAddress(in.bytes(limits.frame()), limits);
                case PROTOCOL -> {
                    String protocol = in.string(limits.frame());
                    if (protocols.size() < limits.protocols()) {
                        protocols.add(protocol);
                    }
                }
                case OBSERVED_ADDRESS -> {
                    Multiaddr seen = address(in.bytes(limits.frame()));
                    observedAddress = seen == null ? null : seen.withoutPeer();
                }
                case PROTOCOL_VERSION -> protocolVersion = in.string(limits.version());
                case AGENT_VERSION -> agentVersion = in.string(limits.version());
                case SIGNED_PEER_RECORD -> signedPeerRecord = in.bytes(limits.frame());
                default -> in.skip();
            }
        }
    }

    private void addAddress(byte[] bytes, IdentifyLimits limits) {
        Multiaddr address = address(bytes);
        if (address != null && listenAddresses.size() < limits.addresses()) {
            listenAddresses.add(address.withoutPeer());
        }
    }

    private static @Nullable Multiaddr address(byte[] bytes) {
        try {
            return bytes.length == 0 ? null : Multiaddr.fromBytes(bytes);
        } catch (MalformedException unknown) {
            return null; // other implementations know protocols that we do not
        }
    }
}
