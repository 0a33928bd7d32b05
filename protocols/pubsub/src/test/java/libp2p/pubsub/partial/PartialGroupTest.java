package libp2p.pubsub.partial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.MalformedException;
import libp2p.pubsub.network.RouterNetwork;
import libp2p.pubsub.router.HeldBytes;
import libp2p.pubsub.router.PeerCharges;
import libp2p.pubsub.rpc.PubSubLimits;
import libp2p.pubsub.rpc.Rpc;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The metadata and parts that each peer gets of one message. A part is a bit here, and its own metadata. */
class PartialGroupTest {
    private static final PeerId ANNA = RouterNetwork.id("anna");
    private static final PeerId BELA = RouterNetwork.id("bela");
    private static final PubSubLimits.Partials LIMITS = new PubSubLimits.Partials(255, 8, 3, 4, 1_024, 1 << 20);

    private final HeldBytes held = new HeldBytes(1 << 20);

    /** Eight parts without content: parts and metadata are a byte with a bit for each. */
    private static final class Bits implements PartialMessage {
        private int bits;

        Bits(int bits) {
            this.bits = bits;
        }

        @Override
        public byte[] metadata() {
            return new byte[] {(byte) bits};
        }

        @Override
        public byte @Nullable [] lackedBy(byte @Nullable [] theirs) {
            int lacked = theirs == null ? 0 : bits & ~theirs[0];
            return lacked == 0 ? null : new byte[] {(byte) lacked};
        }

        @Override
        public boolean add(byte[] parts) throws MalformedException {
            if (parts.length != 1) {
                throw new MalformedException("not one byte");
            }
            int before = bits;
            bits |= parts[0];
            return bits != before;
        }

        @Override
        public byte[] metadataOf(byte[] parts) {
            return parts;
        }

        @Override
        public byte[] merged(byte[] before, byte[] more) {
            return new byte[] {(byte) (before[0] | more[0])};
        }
    }

    private static Rpc.Partial told(int metadata) {
        return new Rpc.Partial("t", new byte[8], null, new byte[] {(byte) metadata});
    }

    private static Rpc.Partial sent(int parts) {
        return new Rpc.Partial("t", new byte[8], new byte[] {(byte) parts}, null);
    }

    private PartialGroup group(int bits) {
        return new PartialGroup("t", new byte[8], new Bits(bits), null, LIMITS, new PeerCharges(held));
    }

    @Test
    void aPeerIsToldOnceAndSentWhatItLacksOnce() throws Exception {
        PartialGroup group = group(0b1111);
        Rpc.Partial news = group.next(ANNA, true);
        assertThat(news).isNotNull();
        assertThat(news.metadata()).containsExactly(0b1111);
        assertThat(news.message()).as("what it has is not known yet").isNull();
        assertThat(group.next(ANNA, true)).isNull();

        assertThat(group.receive(ANNA, told(0b0011))).isFalse();
        Rpc.Partial parts = group.next(ANNA, true);
        assertThat(parts).isNotNull();
        assertThat(parts.message()).containsExactly(0b1100);
        assertThat(parts.metadata()).isNull();
        assertThat(group.next(ANNA, true)).isNull();
    }

    @Test
    void aPeerThatWantsNoPartsHearsOnlyOfThem() throws Exception {
        PartialGroup group = group(0b1111);
        group.receive(ANNA, told(0));
        Rpc.Partial news = group.next(ANNA, false);
        assertThat(news).isNotNull();
        assertThat(news.message()).isNull();
        assertThat(news.metadata()).containsExactly(0b1111);
    }

    @Test
    void partsOfOneAreNewsForTheOthersAndNotForItself() throws Exception {
        PartialGroup group = group(0b0001);
        group.next(ANNA, true);
        group.next(BELA, true);
        group.receive(BELA, told(0b0001));
        assertThat(group.receive(ANNA, sent(0b0110))).isTrue();
        assertThat(group.receive(ANNA, sent(0b0110))).as("nothing new").isFalse();
        Rpc.Partial back = group.next(ANNA, true);
        assertThat(back).isNotNull();
        assertThat(back.message()).as("what its parts show it to lack").containsExactly(0b0001);
        assertThat(back.metadata()).as("it knows what is here").isNull();
        assertThat(group.next(ANNA, true)).isNull();
        Rpc.Partial news = group.next(BELA, true);
        assertThat(news).isNotNull();
        assertThat(news.message()).containsExactly(0b0110);
        assertThat(news.metadata()).containsExactly(0b0111);
    }

    @Test
    void nonsenseIsRefused() {
        PartialGroup group = group(1);
        Rpc.Partial nonsense = new Rpc.Partial("t", new byte[8], new byte[5], null);
        assertThatThrownBy(() -> group.receive(ANNA, nonsense)).isInstanceOf(MalformedException.class);
    }

    @Test
    void aGroupEndsAfterItsHeartbeatsAndForgetsPeersThatAreGone() throws Exception {
        PartialGroup group = group(1);
        group.next(ANNA, true);
        group.next(BELA, true);
        assertThat(group.heartbeat(Set.of(BELA))).isFalse();
        assertThat(group.peers()).containsExactly(BELA);
        assertThat(held.all()).as("of Bela alone").isBetween(1L, 199L);
        assertThat(group.heartbeat(Set.of(BELA))).isFalse();
        group.keep(1);
        assertThat(group.heartbeat(Set.of(BELA))).isFalse();
        assertThat(group.heartbeat(Set.of(BELA))).isTrue();
    }

    @Test
    void longMetadataIsRefusedAndNotKept() throws MalformedException {
        PartialGroup group = group(0b11);
        assertThatThrownBy(() -> group.receive(ANNA, new Rpc.Partial("t", new byte[8], null, new byte[5])))
                .isInstanceOf(MalformedException.class)
                .hasMessage("metadata of 5 bytes, more than 4");
        assertThat(group.peers()).isEmpty();
        assertThat(group.receive(ANNA, told(0b01))).isFalse();
        assertThat(group.peers()).containsExactly(ANNA);
    }
}
