package libp2p.graphsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.AbstractMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import libp2p.core.identity.Identity;
import libp2p.ipld.Block;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/** The parts of a peer's answer. */
class RemoteLinksTest {
    private static final int MANY = 1000;

    /** Counts the entries that are looked at. */
    private static final class Counting extends AbstractMap<Cid, byte[]> {
        private final Map<Cid, byte[]> blocks = new HashMap<>();
        private long looks;

        @Override
        public byte[] put(Cid cid, byte[] data) {
            return blocks.put(cid, data);
        }

        @Override
        public byte[] get(Object cid) {
            looks++;
            return blocks.get(cid);
        }

        @Override
        public Set<Entry<Cid, byte[]>> entrySet() {
            looks += blocks.size();
            return blocks.entrySet();
        }
    }

    private final RemoteLinks links = new RemoteLinks(
            Identity.generate(SystemEnvironment.shared()).peerId(),
            SystemEnvironment.shared(),
            GraphSyncLimits.DEFAULT);

    private static Block block(int number) {
        return Block.of(Multicodec.RAW, new byte[] {(byte) (number >> 8), (byte) number});
    }

    private static GraphSyncMessage.Response response(GraphSyncMessage.Metadatum... metadata) {
        return new GraphSyncMessage.Response(
                new UUID(1, 2), ResponseStatus.PARTIAL, List.of(metadata), new LinkedHashMap<>());
    }

    private static GraphSyncMessage.Metadatum link(Block block, LinkAction action) {
        return new GraphSyncMessage.Metadatum(block.cid(), action);
    }

    @Test
    void eachPartOfAnAnswerLooksOnlyAtTheBlocksThatItNames() throws IOException {
        Counting blocks = new Counting();
        for (int i = 0; i < MANY; i++) {
            blocks.put(block(i).cid(), block(i).data());
        }
        for (int i = 0; i < MANY; i++) {
            links.received(response(link(block(i), LinkAction.PRESENT)), blocks);
        }
        for (int i = 0; i < MANY; i++) {
            RemoteLinks.Link next = links.next(block(0).cid());
            assertThat(next).isNotNull();
            assertThat(next.cid()).isEqualTo(block(i).cid());
            assertThat(next.data()).isEqualTo(block(i).data());
        }
        assertThat(blocks.looks).isLessThanOrEqualTo(2 * MANY);
    }

    @Test
    void aBlockIsGivenToTheFirstLinkOfEachPartThatSaysItIsPresent() throws IOException {
        Block here = block(1);
        Map<Cid, byte[]> blocks = Map.of(here.cid(), here.data());
        GraphSyncMessage.Response part = response(
                link(here, LinkAction.DUPLICATE_NOT_SENT),
                link(here, LinkAction.PRESENT),
                link(here, LinkAction.PRESENT),
                link(block(2), LinkAction.PRESENT));
        for (int i = 0; i < 2; i++) {
            links.received(part, blocks);
            assertThat(links.next(here.cid()).data()).isNull();
            assertThat(links.next(here.cid()).data()).isEqualTo(here.data());
            assertThat(links.next(here.cid()).data()).isNull();
            assertThat(links.next(here.cid()).data()).isNull();
        }
    }
}
