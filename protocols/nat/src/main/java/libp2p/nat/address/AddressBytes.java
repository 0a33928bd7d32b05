package libp2p.nat.address;

import java.util.List;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/** Addresses in messages of peers, which may know protocols that this implementation does not. */
public final class AddressBytes {
    private AddressBytes() {}

    /** The address, or null if the bytes are empty or not one that is known here. */
    public static @Nullable Multiaddr decode(byte[] bytes) {
        try {
            return bytes.length == 0 ? null : Multiaddr.fromBytes(bytes);
        } catch (MalformedException unknown) {
            return null;
        }
    }

    /** Adds the address to a list, unless it is full or the bytes are none. */
    public static void addTo(List<Multiaddr> addresses, byte[] bytes, int most) {
        if (addresses.size() < most) {
            Multiaddr address = decode(bytes);
            if (address != null) {
                addresses.add(address);
            }
        }
    }
}
