package libp2p.kad.validator;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.List;
import libp2p.core.identity.MalformedKeyException;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.core.record.InvalidRecordException;
import libp2p.core.routing.RecordValidator;
import libp2p.multiformats.MalformedException;

/** Namespace {@code pk}: under {@code /pk/} and the binary peer id lies the public key message of that peer. */
public final class PublicKeyValidator implements RecordValidator {
    private static final byte[] PREFIX = "/pk/".getBytes(US_ASCII);

    /** The key under which the public key of a peer is stored. */
    public static byte[] keyOf(PeerId peer) {
        byte[] id = peer.toBytes();
        byte[] key = Arrays.copyOf(PREFIX, PREFIX.length + id.length);
        System.arraycopy(id, 0, key, PREFIX.length, id.length);
        return key;
    }

    @Override
    public String namespace() {
        return "pk";
    }

    @Override
    public void validate(byte[] key, byte[] value) throws InvalidRecordException {
        PeerId peer;
        try {
            peer = PeerId.fromBytes(Arrays.copyOfRange(key, Math.min(PREFIX.length, key.length), key.length));
        } catch (MalformedException e) {
            throw new InvalidRecordException("/pk/: what follows is no peer id: " + e.getMessage());
        }
        try {
            if (!peer.matches(PublicKey.fromProtobuf(value))) {
                throw new InvalidRecordException("/pk/: the value is not the public key of " + peer);
            }
        } catch (MalformedKeyException e) {
            throw new InvalidRecordException("/pk/: the value is no public key: " + e.getMessage());
        }
    }

    /** All valid values are the same. */
    @Override
    public int select(byte[] key, List<byte[]> values) {
        return 0;
    }
}
