package libp2p.quic.protect;

import java.util.HexFormat;
import libp2p.crypto.Crypto;
import libp2p.crypto.Sha256;
import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.quic.wire.ConnectionId;
import libp2p.security.tls13.KeySchedule;

/** The keys of Initial packets, which all that have seen the first one can make (RFC 9001, section 5.2). */
public final class InitialKeys {
    private static final byte[] SALT = HexFormat.of().parseHex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a");
    private static final byte[] NONE = new byte[0];

    private InitialKeys() {}

    /**
     * The keys of one direction.
     *
     * @param destination the first destination connection id of the client, or that of Retry
     * @param ofClient whether packets of the client are protected
     */
    public static PacketKeys of(ConnectionId destination, boolean ofClient, boolean sealing) {
        byte[] initial = Crypto.standard().hkdfSha256().extract(SALT, destination.toBytes());
        String label = ofClient ? "client in" : "server in";
        byte[] secret = KeySchedule.expandLabel(initial, label, NONE, Sha256.LENGTH);
        return new PacketKeys(AeadAlgorithm.AES_128_GCM, secret, sealing);
    }
}
