package libp2p.security;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import libp2p.core.identity.Identity;
import libp2p.core.identity.MalformedKeyException;
import libp2p.core.identity.PrivateKey;

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

    public static Identity alice() {
        return ALL.get("ed25519");
    }

    public static Identity bob() {
        return ALL.get("secp256k1");
    }
}
