package libp2p.crypto;

import java.util.HexFormat;

final class Hex {
    private Hex() {}

    static byte[] decode(String text) {
        return HexFormat.of().parseHex(text);
    }
}
