package libp2p.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multibase;
import libp2p.multiformats.Multihash;
import libp2p.multiformats.Varint;
import libp2p.multiformats.multiaddr.Multiaddr;

/** Decoders of multiformats: refuse with their one exception, or accept what encodes to the same again. */
class MultiformatsFuzzTest {
    @FuzzTest
    void varint(byte[] data) {
        try {
            long value = Varint.decode(data);
            assertThat(Varint.encode(value)).isEqualTo(data);
        } catch (MalformedException refused) {
            assertThat(refused).hasMessageNotContaining("\u0000");
        }
    }

    @FuzzTest
    void multiaddrBytes(byte[] data) {
        try {
            Multiaddr address = Multiaddr.fromBytes(data);
            if (!address.isEmpty()) {
                assertThat(Multiaddr.parse(address.toString())).isEqualTo(address);
            }
        } catch (MalformedException refused) {
            assertThat(refused).hasMessageNotContaining("\u0000");
        }
    }

    @FuzzTest
    void multiaddrText(byte[] data) {
        try {
            Multiaddr address = Multiaddr.parse(new String(data, StandardCharsets.UTF_8));
            assertThat(Multiaddr.fromBytes(address.toBytes())).isEqualTo(address);
        } catch (MalformedException refused) {
            assertThat(refused).hasMessageNotContaining("\u0000");
        }
    }

    @FuzzTest
    void multihash(byte[] data) {
        try {
            assertThat(Multihash.fromBytes(data).toBytes()).isEqualTo(data);
        } catch (MalformedException refused) {
            assertThat(refused).hasMessageNotContaining("\u0000");
        }
    }

    @FuzzTest
    void cid(byte[] data) {
        try {
            Cid cid = Cid.fromBytes(data);
            assertThat(Cid.parse(cid.toString())).isEqualTo(cid);
        } catch (MalformedException refused) {
            assertThat(refused).hasMessageNotContaining("\u0000");
        }
    }

    @FuzzTest
    void multibase(byte[] data) {
        try {
            byte[] decoded = Multibase.decode(new String(data, StandardCharsets.UTF_8));
            assertThat(decoded.length).isLessThanOrEqualTo(data.length);
        } catch (MalformedException refused) {
            assertThat(refused).hasMessageNotContaining("\u0000");
        }
    }

    @FuzzTest
    void multihashText(byte[] data) {
        try {
            Multihash hash = Multihash.fromBase58(new String(data, StandardCharsets.UTF_8));
            assertThat(Multihash.fromBytes(hash.toBytes())).isEqualTo(hash);
        } catch (MalformedException refused) {
            assertThat(refused).hasMessageNotContaining("\u0000");
        }
    }

    @FuzzTest
    void cidText(byte[] data) {
        try {
            Cid cid = Cid.parse(new String(data, StandardCharsets.UTF_8));
            assertThat(Cid.fromBytes(cid.toBytes())).isEqualTo(cid);
        } catch (MalformedException refused) {
            assertThat(refused).hasMessageNotContaining("\u0000");
        }
    }
}
