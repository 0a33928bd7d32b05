package libp2p.filecoin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import org.junit.jupiter.api.Test;

/**
 * What {@code quality/interop/peers/go-filecoin vectors} prints, made by the code of boost 1.7.5, go-fil-markets 1.28.3
 * and go-fil-commp-hashhash 0.1.0, is what is made here, byte for byte.
 */
class GoVectorsTest {
    private static final FilecoinAddress MINER = FilecoinAddress.id(1000);
    private static final UUID ID = UUID.fromString("00112233-4455-4677-8899-aabbccddeeff");
    private static final Cid ROOT =
            Cid.v1(Multicodec.RAW, Multihash.sha256("content".getBytes(StandardCharsets.UTF_8)));

    private static Map<String, String> vectors() throws IOException {
        Map<String, String> vectors = new LinkedHashMap<>();
        try (InputStream in = GoVectorsTest.class.getResourceAsStream("/go-filecoin.txt");
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            reader.lines().map(line -> line.split(" ", 2)).forEach(pair -> vectors.put(pair[0], pair[1]));
        }
        return vectors;
    }

    static Wallet wallet(int octet) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) octet);
        try {
            return Wallet.of(key);
        } catch (InvalidKeyException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] pattern(int size) {
        byte[] data = new byte[size];
        for (int i = 0; i < size; i++) {
            data[i] = (byte) (i * 7 + (i >> 8));
        }
        return data;
    }

    static PieceCommitment.Piece piece(byte[] data) {
        PieceCommitment commitment = new PieceCommitment();
        commitment.write(data, 0, data.length);
        return commitment.finish();
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void commitmentsToPiecesAreThoseOfGoAroundEveryEdgeOfPadding() throws IOException {
        int compared = 0;
        for (Map.Entry<String, String> vector : vectors().entrySet()) {
            if (vector.getKey().matches("(piece|padded)-[0-9]+")) {
                String[] name = vector.getKey().split("-");
                PieceCommitment.Piece piece = piece(pattern(Integer.parseInt(name[1])));
                if (name[0].equals("padded")) {
                    piece = PieceCommitment.pad(piece, 8 * piece.bytes());
                }
                assertThat(piece.cid() + "/" + piece.bytes())
                        .as(vector.getKey())
                        .isEqualTo(vector.getValue());
                assertThat(PieceCommitment.isPieceCid(piece.cid())).isTrue();
                compared++;
            }
        }
        assertThat(compared).isEqualTo(46);
    }

    @Test
    void bytesThatComeOneByOneHaveTheSameCommitment() {
        PieceCommitment commitment = new PieceCommitment();
        for (byte b : pattern(1017)) {
            commitment.write(b);
        }
        assertThat(commitment.finish()).isEqualTo(piece(pattern(1017)));
    }

    @Test
    void addressesOfAllKindsAreThoseOfGo() throws IOException {
        int compared = 0;
        for (Map.Entry<String, String> vector : vectors().entrySet()) {
            if (vector.getKey().startsWith("address-")) {
                String[] parts = vector.getValue().split("/");
                FilecoinAddress address = FilecoinAddress.parse(parts[0]);
                assertThat(hex(address.toBytes())).isEqualTo(parts[1]);
                assertThat(FilecoinAddress.fromBytes(HexFormat.of().parseHex(parts[1])))
                        .hasToString(parts[0])
                        .isEqualTo(FilecoinAddress.parse("t" + parts[0].substring(1)));
                compared++;
            }
        }
        assertThat(compared).isEqualTo(9);
        assertThat(wallet(1).address()).hasToString(vectors().get("address-3").split("/")[0]);
        assertThat(wallet(2).address()).hasToString(vectors().get("address-4").split("/")[0]);
    }

    @Test
    void signaturesAreThoseOfGoAndHold() throws IOException {
        for (byte[] message : List.of(new byte[0], "a message".getBytes(StandardCharsets.UTF_8), patternText())) {
            String known = vectors().get("signature-" + message.length);
            assertThat(hex(wallet(1).sign(message).toBytes())).isEqualTo(known);
            WalletSignature signature = WalletSignature.fromBytes(HexFormat.of().parseHex(known));
            assertThat(signature.holds(wallet(1).address(), message)).isTrue();
            assertThat(signature.holds(wallet(2).address(), message)).isFalse();
        }
    }

    private static byte[] patternText() {
        return pattern(300);
    }

    private static ClientDealProposal deal(DealLabel label) {
        PieceCommitment.Piece piece = piece(pattern(1000));
        return ClientDealProposal.signed(
                new DealProposal(
                        piece.cid(),
                        piece.bytes(),
                        true,
                        wallet(1).address(),
                        MINER,
                        label,
                        100_000,
                        700_000,
                        BigInteger.TEN.pow(30),
                        BigInteger.valueOf(255),
                        BigInteger.ZERO),
                wallet(1));
    }

    @Test
    void everyMessageIsThatOfGo() throws IOException {
        Map<String, String> vectors = vectors();
        ClientDealProposal named = deal(DealLabel.of("a läbel"));
        ClientDealProposal unnamed = deal(new DealLabel(new byte[] {0, (byte) 255, 1}, false));
        DealTransfer transfer =
                new DealTransfer("libp2p", "client", "{\"URL\":\"x\"}".getBytes(StandardCharsets.UTF_8), 1000);
        DealParams params = new DealParams(ID, false, named, ROOT, transfer, false, true);
        DealStatus status = new DealStatus("", "Published", "PreCommit1", named.proposal(), named.cid(), ROOT, 7);
        DealStatus failed = new DealStatus("failed", "Published", "PreCommit1", named.proposal(), named.cid(), null, 7);
        SignedStorageAsk ask = SignedStorageAsk.signed(
                new StorageAsk(
                        BigInteger.valueOf(500_000_000),
                        BigInteger.valueOf(50_000_000),
                        256,
                        1 << 30,
                        MINER,
                        10,
                        1_000_010,
                        3),
                wallet(2));
        Map<String, byte[]> own = new LinkedHashMap<>();
        own.put("deal", named.toBytes());
        own.put("deal-of-bytes", unnamed.toBytes());
        own.put("params", params.toBytes());
        own.put("params-offline", new DealParams(ID, true, unnamed, ROOT, DealTransfer.OFFLINE, true, false).toBytes());
        own.put("accepted", new DealResponse(true, "").toBytes());
        own.put("refused", new DealResponse(false, "no").toBytes());
        own.put("status-request", DealStatusRequest.signed(ID, wallet(1)).toBytes());
        own.put("status", new DealStatusResponse(ID, "", status, false, 1000, 500).toBytes());
        own.put("status-failed", new DealStatusResponse(ID, "", failed, true, 0, 0).toBytes());
        own.put("status-unknown", DealStatusResponse.failed(ID, "unknown").toBytes());
        own.put("ask-request", new AskRequest(MINER).toBytes());
        own.put("ask", new AskResponse(ask).toBytes());
        own.put("ask-none", new AskResponse(null).toBytes());
        own.put("query", new RetrievalQuery(ROOT, null).toBytes());
        own.put("query-piece", new RetrievalQuery(ROOT, named.proposal().piece()).toBytes());
        own.put("query-answer", answer().toBytes());
        own.forEach((name, bytes) -> assertThat(hex(bytes)).as(name).isEqualTo(vectors.get(name)));
        assertThat(named.cid()).hasToString(vectors.get("signed-proposal"));
    }

    private static RetrievalQueryResponse answer() {
        return new RetrievalQueryResponse(
                RetrievalQueryResponse.Availability.AVAILABLE,
                RetrievalQueryResponse.InPiece.UNKNOWN,
                2048,
                wallet(2).address(),
                BigInteger.TWO,
                1 << 20,
                1 << 10,
                "",
                BigInteger.ZERO);
    }

    @Test
    void everyMessageOfGoIsReadAsItWasMeant() throws IOException {
        Map<String, String> vectors = vectors();
        assertThat(DealParams.fromBytes(bytes(vectors, "params")).signed()).isEqualTo(deal(DealLabel.of("a läbel")));
        assertThat(hex(DealParams.fromBytes(bytes(vectors, "params-offline")).toBytes()))
                .isEqualTo(vectors.get("params-offline"));
        assertThat(DealParams.fromBytes(bytes(vectors, "params-1.2.0")))
                .satisfies(params -> assertThat(params.skipAnnounce()).isFalse())
                .satisfies(params -> assertThat(params.transfer().size()).isEqualTo(1000));
        assertThat(DealResponse.fromBytes(bytes(vectors, "refused"))).isEqualTo(new DealResponse(false, "no"));
        assertThat(DealStatusRequest.fromBytes(bytes(vectors, "status-request"))
                        .isOf(wallet(1).address()))
                .isTrue();
        assertThat(DealStatusResponse.fromBytes(bytes(vectors, "status")).status())
                .satisfies(status -> {
                    assertThat(status.publishMessage()).isEqualTo(ROOT);
                    assertThat(status.chainDealId()).isEqualTo(7);
                });
        assertThat(DealStatusResponse.fromBytes(bytes(vectors, "status-unknown"))
                        .error())
                .isEqualTo("unknown");
        SignedStorageAsk ask = AskResponse.fromBytes(bytes(vectors, "ask")).ask();
        assertThat(ask.signature().holds(wallet(2).address(), ask.ask().toBytes()))
                .isTrue();
        assertThat(AskResponse.fromBytes(bytes(vectors, "ask-none")).ask()).isNull();
        assertThat(AskRequest.fromBytes(bytes(vectors, "ask-request")).miner()).isEqualTo(MINER);
        assertThat(RetrievalQuery.fromBytes(bytes(vectors, "query"))).isEqualTo(new RetrievalQuery(ROOT, null));
        assertThat(RetrievalQueryResponse.fromBytes(bytes(vectors, "query-answer")))
                .isEqualTo(answer());
    }

    private static byte[] bytes(Map<String, String> vectors, String name) {
        return HexFormat.of().parseHex(vectors.get(name));
    }
}
