package libp2p.security;

import java.math.BigInteger;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import libp2p.core.identity.Identity;
import libp2p.core.identity.MalformedKeyException;
import libp2p.core.identity.PrivateKey;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.crypto.DerReader;
import libp2p.crypto.DerWriter;

/** The identities of the test vectors, by key type. */
public final class Identities {
    private static final Map<String, Identity> ALL = load();

    private Identities() {}

    private static Map<String, Identity> load() {
        Map<String, Identity> all = new LinkedHashMap<>();
        for (Map<String, Object> key : Json.objects("/golden-go/keys.json")) {
            try {
                byte[] bytes = HexFormat.of().parseHex((String) key.get("private"));
                all.putIfAbsent((String) key.get("type"), Identity.of(PrivateKey.fromProtobuf(bytes)));
            } catch (MalformedKeyException malformed) {
                throw new IllegalStateException(malformed);
            }
        }
        return all;
    }

    public static List<String> types() {
        return List.copyOf(ALL.keySet());
    }

    public static Identity of(String type) {
        return ALL.get(type);
    }

    /** The message of an RSA key of so many bits, whose other half does not exist. */
    public static byte[] rsaKeyMessage(int bits) {
        BigInteger modulus = BigInteger.ONE.shiftLeft(bits - 1).setBit(0);
        byte[] rsaEncryption = HexFormat.of().parseHex("2a864886f70d010101");
        byte[] key = DerWriter.sequence(DerWriter.integer(modulus), DerWriter.integer(BigInteger.valueOf(65537)));
        byte[] encoded = DerWriter.sequence(
                DerWriter.sequence(
                        DerWriter.element(DerReader.OBJECT_IDENTIFIER, rsaEncryption),
                        DerWriter.element(DerReader.NULL)),
                DerWriter.bits(key));
        return new ProtobufWriter().uint64(1, 0).bytes(2, encoded).toByteArray();
    }

    public static Identity alice() {
        return ALL.get("ed25519");
    }

    public static Identity bob() {
        return ALL.get("secp256k1");
    }
}
