package libp2p.ipns;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multibase;

/**
 * The name of a public key.
 *
 * @param id the multihash of the key, which is also the id of a peer with that key
 */
public record IpnsName(PeerId id) {
    private static final byte[] PREFIX = "/ipns/".getBytes(US_ASCII);

    /** The name of a key. */
    public static IpnsName of(PublicKey key) {
        return new IpnsName(key.peerId());
    }

    /**
     * Reads a name: a CID with codec libp2p-key in any base, or a peer id in base 58, with or without {@code /ipns/}.
     *
     * @throws MalformedException if it is neither
     */
    public static IpnsName parse(String text) {
        return new IpnsName(PeerId.parse(text.startsWith("/ipns/") ? text.substring("/ipns/".length()) : text));
    }

    /**
     * The name of a routing key.
     *
     * @throws MalformedException if it is none of a name
     */
    public static IpnsName ofRoutingKey(byte[] key) {
        if (key.length < PREFIX.length || !Arrays.equals(key, 0, PREFIX.length, PREFIX, 0, PREFIX.length)) {
            throw new MalformedException("ipns: a routing key that does not begin with /ipns/");
        }
        return new IpnsName(PeerId.fromBytes(Arrays.copyOfRange(key, PREFIX.length, key.length)));
    }

    /** The key under which the record lies in a value store: {@code /ipns/} and the binary name. */
    public byte[] routingKey() {
        byte[] binary = id.toBytes();
        byte[] key = Arrays.copyOf(PREFIX, PREFIX.length + binary.length);
        System.arraycopy(binary, 0, key, PREFIX.length, binary.length);
        return key;
    }

    /** The CID in base 36, such as {@code k51qzi5…}. */
    @Override
    public String toString() {
        return id.toCid().toString(Multibase.BASE36);
    }
}
