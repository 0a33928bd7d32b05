package libp2p.multiformats.multiaddr;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Finds protocols by code and by name, without allocating. */
final class ProtocolTable {
    private static final int CODES = 1024;
    private static final int SLOTS = 256;
    private static final String ALIAS_OF_P2P = "ipfs";

    private final @Nullable Protocol[] byCode = new Protocol[CODES];
    private final @Nullable String[] names = new String[SLOTS];
    private final @Nullable Protocol[] byName = new Protocol[SLOTS];
    private final Protocol[] largeCodes;

    ProtocolTable(Protocol[] all) {
        int large = 0;
        var largest = new Protocol[all.length];
        for (Protocol protocol : all) {
            if (protocol.code() < CODES) {
                byCode[protocol.code()] = protocol;
            } else {
                largest[large++] = protocol;
            }
            add(protocol.label(), protocol);
            if (protocol.label().equals("p2p")) {
                add(ALIAS_OF_P2P, protocol);
            }
        }
        largeCodes = Arrays.copyOf(largest, large);
    }

    private void add(String name, Protocol protocol) {
        int slot = hash(name, 0, name.length());
        while (names[slot] != null) {
            slot = (slot + 1) % SLOTS;
        }
        names[slot] = name;
        byName[slot] = protocol;
    }

    @Nullable
    Protocol byCode(long code) {
        if (code >= 0 && code < CODES) {
            return byCode[(int) code];
        }
        for (Protocol protocol : largeCodes) {
            if (protocol.code() == code) {
                return protocol;
            }
        }
        return null;
    }

    @Nullable
    Protocol byName(String text, int from, int to) {
        int slot = hash(text, from, to);
        for (String name = names[slot]; name != null; name = names[slot]) {
            if (name.length() == to - from && text.startsWith(name, from)) {
                return byName[slot];
            }
            slot = (slot + 1) % SLOTS;
        }
        return null;
    }

    private static int hash(String text, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + text.charAt(i);
        }
        return (hash ^ (hash >>> 8)) & (SLOTS - 1);
    }
}
