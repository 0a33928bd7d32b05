package libp2p.filecoin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Registration;
import libp2p.multiformats.Cid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemoryChainTest {
    private static final FilecoinAddress MINER = FilecoinAddress.id(7);
    private static final Wallet CLIENT = GoVectorsTest.wallet(1);

    private final MemoryChain chain = new MemoryChain(10, BigInteger.ONE);

    @BeforeEach
    void fund() {
        chain.actor(MINER, GoVectorsTest.wallet(2).address());
        chain.addEscrow(CLIENT.address(), BigInteger.valueOf(10_000));
        chain.addEscrow(MINER, BigInteger.valueOf(5_000));
    }

    private static ClientDealProposal deal(long start, long end, int price) {
        PieceCommitment.Piece piece = GoVectorsTest.piece(GoVectorsTest.pattern(1000));
        return ClientDealProposal.signed(
                new DealProposal(
                        piece.cid(),
                        piece.bytes(),
                        false,
                        CLIENT.address(),
                        MINER,
                        DealLabel.of(""),
                        start,
                        end,
                        BigInteger.valueOf(price),
                        BigInteger.valueOf(1024),
                        BigInteger.valueOf(100)),
                CLIENT);
    }

    private long published(ClientDealProposal deal) throws Exception {
        return chain.await(chain.publish(deal), Deadline.NONE);
    }

    private List<Long> money() {
        return List.of(
                chain.balance(CLIENT.address()).longValue(),
                chain.available(CLIENT.address()).longValue(),
                chain.balance(MINER).longValue(),
                chain.available(MINER).longValue());
    }

    @Test
    void aProvenDealIsPaidByTheEpochAndThenEverythingIsFree() throws Exception {
        long id = published(deal(20, 30, 50));
        assertThat(money()).containsExactly(10_000L, 9_400L, 5_000L, 3_976L);
        chain.advance(5);
        chain.prove(id);
        assertThat(chain.activeSince(id)).hasValue(15);
        chain.advance(10);
        assertThat(money()).as("five epochs are paid").containsExactly(9_750L, 9_400L, 5_250L, 4_226L);
        chain.advance(5);
        assertThat(money()).containsExactly(9_500L, 9_500L, 5_500L, 5_500L);
        chain.advance(5);
        assertThat(money()).as("nothing follows").containsExactly(9_500L, 9_500L, 5_500L, 5_500L);
    }

    @Test
    void aDealThatIsNotProvenByItsStartCostsTheProviderItsCollateral() throws Exception {
        long id = published(deal(20, 30, 50));
        chain.advance(11);
        assertThat(money()).containsExactly(10_000L, 10_000L, 3_976L, 3_976L);
        assertThatThrownBy(() -> chain.prove(id)).isInstanceOf(DealException.class);
        assertThat(chain.activeSince(id)).isEmpty();
    }

    @Test
    void theSameDealIsPublishedOnceAndAnotherIsNot() throws Exception {
        ClientDealProposal deal = deal(20, 30, 50);
        Cid message = chain.publish(deal);
        assertThat(chain.publish(deal)).isEqualTo(message);
        assertThat(money()).containsExactly(10_000L, 9_400L, 5_000L, 3_976L);
        assertThat(chain.deal(chain.await(message, Deadline.NONE))).isEqualTo(deal.proposal());
        assertThat(chain.deal(99)).isNull();
        assertThatThrownBy(() -> chain.await(deal(21, 30, 1).cid(), Deadline.NONE))
                .isInstanceOf(DealException.class);
    }

    @Test
    void whatCannotBePaidOrIsLateOrNotSignedIsRefused() {
        assertThatThrownBy(() -> chain.publish(deal(10, 30, 50))).hasMessageContaining("epochs");
        assertThatThrownBy(() -> chain.publish(deal(20, 20, 50))).hasMessageContaining("epochs");
        assertThatThrownBy(() -> chain.publish(deal(20, 30, 1000))).hasMessageContaining("escrow");
        ClientDealProposal deal = deal(20, 30, 50);
        assertThatThrownBy(() -> chain.publish(new ClientDealProposal(
                        deal.proposal(),
                        GoVectorsTest.wallet(2).sign(deal.proposal().toBytes()))))
                .hasMessageContaining("signed");
        assertThat(money()).containsExactly(10_000L, 10_000L, 5_000L, 5_000L);
    }

    @Test
    void aListenerHearsOfEachEpochUntilItEnds() {
        List<Long> heard = new ArrayList<>();
        Registration registration = chain.onHead(heard::add);
        chain.advance(3);
        registration.close();
        chain.advance(1);
        assertThat(heard).containsExactly(11L, 12L, 13L);
        assertThat(chain.head()).isEqualTo(14);
    }
}
