package libp2p.nat.relay.wire;

import java.util.ArrayList;
import java.util.List;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.address.AddressBytes;
import org.jspecify.annotations.Nullable;

/**
 * The message {@code Reservation}.
 *
 * @param expire seconds since 1970
 * @param addresses of the relay, with {@code /p2p/RELAY}, without {@code /p2p-circuit}
 * @param voucher a signed envelope, or null: rust relays send none
 */
public record ReservationInfo(long expire, List<Multiaddr> addresses, byte @Nullable [] voucher) {
    /** Addresses that are kept. */
    static final int ADDRESSES = 32;

    private static final int EXPIRE = 1;
    private static final int ADDRESS = 2;
    private static final int VOUCHER = 3;

    public ReservationInfo {
        addresses = List.copyOf(addresses);
    }

    void write(ProtobufWriter out) {
        out.uint64(EXPIRE, expire);
        addresses.forEach(address -> out.bytes(ADDRESS, address.toBytes()));
        if (voucher != null) {
            out.bytes(VOUCHER, voucher);
        }
    }

    static ReservationInfo read(ProtobufReader in) throws ProtobufException {
        long expire = 0;
        List<Multiaddr> addresses = new ArrayList<>();
        byte[] voucher = null;
        while (in.next()) {
            switch (in.field()) {
                case EXPIRE -> expire = Math.max(0, in.uint64());
                case ADDRESS -> AddressBytes.addTo(addresses, in.bytes(HopMessage.MAX_BYTES), ADDRESSES);
                case VOUCHER -> voucher = in.bytes(HopMessage.MAX_BYTES);
                default -> in.skip();
            }
        }
        return new ReservationInfo(expire, addresses, voucher);
    }
}
