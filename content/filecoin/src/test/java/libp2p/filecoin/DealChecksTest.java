package libp2p.filecoin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.UnaryOperator;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.AddressScope;
import libp2p.ipld.Block;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;
import org.junit.jupiter.api.Test;

/** Each condition of a deal, and the source of its CAR. */
class DealChecksTest {
    private static final FilecoinAddress MINER = FilecoinAddress.id(7);
    private static final Wallet CLIENT = GoVectorsTest.wallet(1);
    private static final long DAY = 2880;
    private static final PeerId PEER = PeerId.parse("12D3KooWBqASkTzQadLpMwr6csgcy6z7DSZN9uq3MCJcTW9SfKip");

    private final MemoryChain chain = new MemoryChain(1000, BigInteger.ONE);
    private final StorageAsk ask =
            new StorageAsk(BigInteger.ONE.shiftLeft(30), BigInteger.ZERO, 256, 1 << 20, MINER, 0, 1 << 30, 1);

    private static DealProposal good() {
        PieceCommitment.Piece piece = GoVectorsTest.piece(GoVectorsTest.pattern(1000));
        return new DealProposal(
                piece.cid(),
                piece.bytes(),
                false,
                CLIENT.address(),
                MINER,
                DealLabel.of(""),
                2000,
                2000 + 200 * DAY,
                BigInteger.valueOf(1024),
                BigInteger.valueOf(1024),
                BigInteger.ZERO);
    }

    private static DealTransfer transfer(String url, long size) {
        String json = "{\"URL\":\"" + url + "\",\"Headers\":{\"Authorization\":\"Basic x\"}}";
        return new DealTransfer("libp2p", "", json.getBytes(StandardCharsets.UTF_8), size);
    }

    private static final DealTransfer TRANSFER = transfer("libp2p:///ip4/1.2.3.4/tcp/1/p2p/" + PEER, 1000);

    private String refusal(DealProposal terms, DealTransfer transfer) throws Exception {
        DealParams params = new DealParams(
                new UUID(1, 2),
                false,
                ClientDealProposal.signed(terms, CLIENT),
                Block.EMPTY_RAW,
                transfer,
                false,
                false);
        DealChecks.Proposer proposer = new DealChecks.Proposer(PEER, AddressScope.INTERNET);
        return DealChecks.refusal(params, proposer, ask, chain, BigInteger.ZERO);
    }

    private void fund() {
        chain.addEscrow(CLIENT.address(), good().clientNeeds());
    }

    @Test
    void aDealThatMeetsEveryConditionIsTaken() throws Exception {
        fund();
        assertThat(refusal(good(), TRANSFER)).isNull();
    }

    @Test
    void fundsAndDataCapAreAsked() throws Exception {
        assertThat(refusal(good(), TRANSFER)).contains("in escrow");
        fund();
        DealProposal p = good();
        DealProposal verified = new DealProposal(
                p.piece(),
                p.pieceBytes(),
                true,
                p.client(),
                p.provider(),
                p.label(),
                p.start(),
                p.end(),
                p.pricePerEpoch(),
                p.providerCollateral(),
                p.clientCollateral());
        assertThat(refusal(verified, TRANSFER)).contains("data cap");
        chain.addDataCap(CLIENT.address(), BigInteger.valueOf(1024));
        assertThat(refusal(verified, TRANSFER)).isNull();
    }

    private void refused(String why, UnaryOperator<DealProposal> change) throws Exception {
        assertThat(refusal(change.apply(good()), TRANSFER)).contains(why);
    }

    @Test
    void eachTermThatIsWrongHasItsReason() throws Exception {
        fund();
        refused("no commitment", p -> with(p, p.start(), p.end(), p.pieceBytes(), p.provider(), 1024, 1024, true));
        refused(
                "this provider",
                p -> with(p, p.start(), p.end(), p.pieceBytes(), FilecoinAddress.id(8), 1024, 1024, false));
        refused("not behind", p -> with(p, 3000, 3000, 1024, MINER, 1024, 1024, false));
        refused("has passed", p -> with(p, 999, 999 + 200 * DAY, 1024, MINER, 1024, 1024, false));
        refused("180 to 540 days", p -> with(p, 2000, 2000 + 179 * DAY, 1024, MINER, 1024, 1024, false));
        refused("180 to 540 days", p -> with(p, 2000, 2000 + 541 * DAY, 1024, MINER, 1024, 1024, false));
        refused("too far", p -> with(p, 400 * DAY, 600 * DAY, 1024, MINER, 1024, 1024, false));
        refused("no size", p -> with(p, 2000, p.end(), 1000, MINER, 1024, 1024, false));
        refused("a piece has", p -> with(p, 2000, p.end(), 128, MINER, 1024, 1024, false));
        refused("a piece has", p -> with(p, 2000, p.end(), 1 << 21, MINER, 1024, 1024, false));
        refused("price of an epoch", p -> with(p, 2000, p.end(), 1024, MINER, 1023, 1024, false));
        refused("collateral", p -> with(p, 2000, p.end(), 1024, MINER, 1024, 1023, false));
        refused("collateral", p -> with(p, 2000, p.end(), 1024, MINER, 1024, 2049, false));
    }

    private static DealProposal with(
            DealProposal p,
            long start,
            long end,
            long bytes,
            FilecoinAddress provider,
            long price,
            long collateral,
            boolean otherPiece) {
        return new DealProposal(
                otherPiece ? Block.of(Multicodec.RAW, new byte[1]).cid() : p.piece(),
                bytes,
                false,
                p.client(),
                provider,
                p.label(),
                start,
                end,
                BigInteger.valueOf(price),
                BigInteger.valueOf(collateral),
                BigInteger.ZERO);
    }

    /** A stranger would else have this host call others. */
    @Test
    void aCarComesFromTheProposerOrAnHttpServerAndIsAsLargeAsItsPiece() throws Exception {
        fund();
        String other = "12D3KooWHug5ZCKBUnNh3q29WBZdEhg7kKZhx4oLMKCdX7KAmK6z";
        assertThat(refusal(good(), transfer("libp2p:///ip4/1.2.3.4/tcp/1/p2p/" + other, 1000)))
                .contains("another peer");
        assertThat(refusal(good(), transfer("libp2p:///ip4/1.2.3.4/tcp/1", 1000)))
                .contains("another peer");
        assertThat(refusal(good(), transfer("libp2p://nonsense", 1000))).isNotNull();
        assertThat(refusal(good(), transfer("https://example.net/a.car", 1000))).isNull();
        assertThat(refusal(good(), transfer("file:///etc/passwd", 1000))).contains("a transfer from");
        assertThat(refusal(good(), transfer("", 1000))).contains("a transfer from");
        assertThat(refusal(good(), transfer("libp2p:///p2p/" + PEER, 1017))).contains("a CAR of 1017 bytes");
        assertThat(refusal(good(), transfer("libp2p:///ip4/192.168.1.1/tcp/80/p2p/" + PEER, 1000)))
                .contains("nearer than the proposer");
        assertThat(refusal(good(), transfer("libp2p:///p2p/" + PEER, 64))).contains("a CAR of 64 bytes");
        assertThat(refusal(good(), new DealTransfer("graphsync", "", new byte[0], 1000)))
                .contains("type");
        assertThat(refusal(good(), new DealTransfer("http", "", "{".getBytes(StandardCharsets.UTF_8), 1000)))
                .isNotNull();
    }

    @Test
    void manyHeaderFieldsOfATransferAreRefused() {
        StringBuilder json = new StringBuilder("{\"URL\":\"http://a.example/\",\"Headers\":{\"h\":\"v\"");
        for (int i = 0; i < 16; i++) {
            json.append(",\"h").append(i).append("\":\"v\"");
        }
        DealTransfer many =
                new DealTransfer("http", "", json.append("}}").toString().getBytes(StandardCharsets.UTF_8), 1000);
        assertThatThrownBy(many::source).isInstanceOf(MalformedException.class).hasMessageContaining("16");
    }
}
