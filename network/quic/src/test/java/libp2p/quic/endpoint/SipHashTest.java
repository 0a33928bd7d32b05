package libp2p.quic.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The hash of ids that strangers choose (kwik CVE-2025-23020, lsquic CVE-2025-24947, picoquic CVE-2025-24946). */
class SipHashTest {
    /** The example of the paper, appendix A. */
    @Test
    void isSipHash24() {
        byte[] message = new byte[20];
        for (int i = 0; i < 15; i++) {
            message[i + 3] = (byte) i;
        }
        SipHash hash = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
        assertThat(hash.hash(message, 3, 15)).isEqualTo(0xa129ca6149be45e5L);
    }

    @Test
    void anotherKeyGivesOtherHashes() {
        byte[] id = new byte[20];
        assertThat(new SipHash(1, 2).hash(id, 0, 20)).isNotEqualTo(new SipHash(1, 3).hash(id, 0, 20));
    }
}
