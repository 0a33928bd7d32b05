package libp2p.filecoin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import libp2p.HostBuilder;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.identity.Identity;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpRequest;
import libp2p.http.client.StreamHttpClient;
import libp2p.ipld.Block;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.storage.MemoryDatastore;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deals between whole hosts over a ledger in memory, in simulated time. */
class StorageMarketTest {
    private static final FilecoinAddress MINER = FilecoinAddress.id(1000);
    private static final long START = 5000;
    private static final long END = START + 200 * 2880;

    @TempDir
    private Path folder;

    /** A client, a provider and their chain. */
    private final class Market {
        private final World world;
        private final MemoryChain chain = new MemoryChain(1000, BigInteger.ONE);
        private final Wallet wallet;
        private final Wallet worker;
        private final MemoryDatastore clientDeals = new MemoryDatastore();
        private final MemoryDatastore providerDeals = new MemoryDatastore();
        private final MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
        private final List<Long> sealed = new ArrayList<>();
        private final Path staging;
        private TestNode provider;
        private final TestNode client;
        private FilecoinLimits limits;

        Market(World world, FilecoinLimits limits) throws Exception {
            this.world = world;
            this.limits = limits;
            staging = Files.createTempDirectory(folder, "staging");
            wallet = Wallet.generate(world.machine("wallets"));
            worker = Wallet.generate(world.machine("workers"));
            chain.actor(MINER, worker.address());
            chain.addEscrow(wallet.address(), BigInteger.TEN.pow(20));
            chain.addEscrow(MINER, BigInteger.TEN.pow(20));
            provider = world.node("provider", this::provide);
            client = world.node("client", this::consume);
        }

        Market(World world) throws Exception {
            this(world, FilecoinLimits.DEFAULT);
        }

        void provide(HostBuilder builder) {
            StorageAsk ask =
                    new StorageAsk(BigInteger.ONE.shiftLeft(30), BigInteger.ZERO, 256, 1 << 30, MINER, 0, 1 << 30, 1);
            builder.with(StorageProvider.with(new ProviderOptions(
                    worker, chain, providerDeals, staging, (car, deal, id) -> sealed.add(id), ask, false, limits)));
        }

        void consume(HostBuilder builder) {
            builder.with(StorageClient.with(new ClientOptions(wallet, chain, clientDeals, store, limits)));
        }

        StorageProvider providing() {
            return provider.host().find(StorageProvider.class).orElseThrow();
        }

        StorageClient asking() {
            return client.host().find(StorageClient.class).orElseThrow();
        }

        Cid content(int size, int salt) throws IOException {
            byte[] data = new byte[size];
            java.util.Arrays.fill(data, (byte) salt);
            Block block = Block.of(Multicodec.RAW, data);
            store.put(block);
            return block.cid();
        }

        DealTerms terms(Cid root) throws IOException {
            long piece = Math.max(1 << 12, Long.highestOneBit(store.size(root) + 8192L) * 2);
            BigInteger price = BigInteger.valueOf(piece);
            return new DealTerms(
                    root, MINER, DealLabel.of("a deal"), false, piece, START, END, price, price, BigInteger.ZERO);
        }

        ClientDeal propose(Cid root) throws IOException {
            return asking().propose(provider.address(), terms(root));
        }

        void until(Callable<Boolean> condition) throws Exception {
            for (int i = 0; i < 600; i++) {
                if (condition.call()) {
                    return;
                }
                world.sleep(Duration.ofMillis(100));
            }
            throw new AssertionError("it does not come to this: " + providing().deals());
        }

        void at(ClientDeal deal, Checkpoint checkpoint) throws Exception {
            until(() -> providing().deal(deal.id()).checkpoint() == checkpoint);
        }
    }

    private static FilecoinLimits limits(int dealsPerPeer, long bytesPerPeer, int ended) {
        return limits(dealsPerPeer, bytesPerPeer, FilecoinLimits.DEFAULT.transfers(), ended);
    }

    private static FilecoinLimits limits(int dealsPerPeer, long bytesPerPeer, int transfers, int ended) {
        FilecoinLimits all = FilecoinLimits.DEFAULT;
        return new FilecoinLimits(
                all.messageBytes(),
                all.exchange(),
                all.patience(),
                all.deals(),
                dealsPerPeer,
                all.stagedBytes(),
                bytesPerPeer,
                transfers,
                all.transferAttempts(),
                all.transferPause(),
                all.transfer(),
                all.publish(),
                ended);
    }

    @Test
    void aDealGoesFromItsProposalToItsEndOnBothSides() {
        World.underManySeeds(world -> {
            Market market = new Market(world);
            List<ClientState> seen = new ArrayList<>();
            market.asking().onChange(deal -> seen.add(deal.state()));
            assertThat(market.asking()
                            .ask(market.provider.address(), MINER)
                            .ask()
                            .mostPiece())
                    .isEqualTo(1 << 30);
            Cid root = market.content(3000, 1);
            ClientDeal deal = market.propose(root);
            market.at(deal, Checkpoint.ADDED_PIECE);
            assertThat(market.sealed).containsExactly(1L);
            assertThat(market.asking()
                            .refresh(deal.id(), market.provider.address())
                            .state())
                    .isEqualTo(ClientState.PUBLISHED);
            RetrievalQueryResponse found = market.asking()
                    .query(market.provider.address(), root, deal.terms().piece());
            assertThat(found.availability()).isEqualTo(RetrievalQueryResponse.Availability.AVAILABLE);
            assertThat(found.bytes()).isEqualTo(16384);
            market.chain.prove(1);
            assertThat(market.providing().deal(deal.id()).checkpoint()).isEqualTo(Checkpoint.COMPLETE);
            assertThat(market.asking().deal(deal.id()).state()).isEqualTo(ClientState.ACTIVE);
            assertThat(seen).contains(ClientState.TRANSFERRED).endsWith(ClientState.ACTIVE);
            try (Stream<Path> left = Files.list(market.staging)) {
                assertThat(left).isEmpty();
            }
        });
    }

    @Test
    void aDealWhosePieceIsNotProvenByItsStartFailsOnBothSides() {
        World.underSeeds(3, world -> {
            Market market = new Market(world);
            ClientDeal deal = market.propose(market.content(3000, 1));
            market.at(deal, Checkpoint.ADDED_PIECE);
            market.asking().refresh(deal.id(), market.provider.address());
            market.chain.advance(START - 1000 + 1);
            assertThat(market.providing().deal(deal.id()).error()).contains("not proven");
            assertThat(market.asking().deal(deal.id()).state()).isEqualTo(ClientState.FAILED);
        });
    }

    @Test
    void aRefusedDealSaysWhyAndTakesNoRoom() {
        World.underSeeds(5, world -> {
            Market market = new Market(world);
            DealTerms good = market.terms(market.content(3000, 1));
            DealTerms cheap = new DealTerms(
                    good.root(),
                    MINER,
                    good.label(),
                    false,
                    good.leastPiece(),
                    START,
                    END,
                    BigInteger.ONE,
                    good.providerCollateral(),
                    BigInteger.ZERO);
            assertThatThrownBy(() -> market.asking().propose(market.provider.address(), cheap))
                    .isInstanceOf(DealException.class)
                    .hasMessageContaining("the price of an epoch is 1, less than 16384");
            assertThat(market.asking().deals()).extracting(ClientDeal::state).containsExactly(ClientState.REFUSED);
            assertThat(market.providing().deals()).isEmpty();
            market.chain.addEscrow(market.wallet.address(), BigInteger.ZERO);
            DealTerms dear = new DealTerms(
                    good.root(),
                    MINER,
                    good.label(),
                    false,
                    good.leastPiece(),
                    START,
                    END,
                    BigInteger.TEN.pow(20),
                    good.providerCollateral(),
                    BigInteger.ZERO);
            assertThatThrownBy(() -> market.asking().propose(market.provider.address(), dear))
                    .hasMessageContaining("in escrow");
            assertThat(market.asking().deals()).hasSize(1);
        });
    }

    /** Deals that wait for their CARs take the room of others on the provider's disk. */
    @Test
    void theEscrowForOneDealIsNotTakenForTwo() {
        World.underSeeds(5, world -> {
            Market market = new Market(world);
            BigInteger escrow = market.chain.available(market.wallet.address());
            BigInteger most = escrow.multiply(BigInteger.TWO)
                    .divide(BigInteger.valueOf(3))
                    .divide(BigInteger.valueOf(END - START));
            for (int number = 1; number <= 2; number++) {
                DealTerms good = market.terms(market.content(3000, number));
                DealTerms dear = new DealTerms(
                        good.root(),
                        MINER,
                        good.label(),
                        false,
                        good.leastPiece(),
                        START,
                        END,
                        most,
                        good.providerCollateral(),
                        BigInteger.ZERO);
                if (number == 1) {
                    market.asking().proposeOffline(market.provider.address(), dear);
                } else {
                    assertThatThrownBy(() -> market.asking().proposeOffline(market.provider.address(), dear))
                            .hasMessageContaining("in escrow that no other deal");
                }
            }
            assertThat(market.providing().deals()).hasSize(1);
        });
    }

    @Test
    void aProposalThatAnotherWalletHasSignedIsRefusedAndAnotherWalletLearnsNoState() {
        World.underSeeds(5, world -> {
            Market market = new Market(world);
            ClientDeal deal = market.propose(market.content(3000, 1));
            DealParams params = deal.params();
            Wallet other = Wallet.generate(market.client.environment());
            DealParams forged = new DealParams(
                    new java.util.UUID(1, 1),
                    false,
                    new ClientDealProposal(deal.terms(), other.sign(deal.terms().toBytes())),
                    params.root(),
                    params.transfer(),
                    false,
                    false);
            assertThat(ask(market, DealParams.PROTOCOL_120, forged.toBytes()))
                    .satisfies(answer -> assertThat(DealResponse.fromBytes(answer))
                            .isEqualTo(new DealResponse(false, "invalid signature")));
            byte[] question = DealStatusRequest.signed(deal.id(), other).toBytes();
            DealStatusResponse told = DealStatusResponse.fromBytes(ask(market, DealStatusRequest.PROTOCOL, question));
            assertThat(told.status()).isNull();
            assertThat(told.error()).isEqualTo("signature verification failed");
            assertThat(DealResponse.fromBytes(ask(market, DealParams.PROTOCOL, params.toBytes()))
                            .message())
                    .contains("there is a deal");
        });
    }

    private static byte[] ask(Market market, String protocol, byte[] question) throws IOException {
        return market.client.host().open(market.provider.address(), protocol, stream -> {
            stream.writeLast(question);
            return stream.input().readAllBytes();
        });
    }

    @Test
    void theTokenOfAnotherPeersDealGivesNothing() {
        World.underSeeds(3, world -> {
            Market market = new Market(world);
            ClientDeal deal = market.propose(market.content(3000, 1));
            TestNode stranger = world.node("stranger");
            Map<String, String> shown = deal.params().transfer().source().headers();
            assertThat(status(stranger, market, shown)).isEqualTo(401);
            assertThat(status(market.provider, market, Map.of("Authorization", "Basic Og==")))
                    .isEqualTo(401);
            assertThat(status(market.provider, market, shown)).isEqualTo(200);
        });
    }

    private static int status(TestNode from, Market market, Map<String, String> headers) throws IOException {
        try (StreamHttpClient http = new StreamHttpClient(from.host(), market.client.address(), DealTransfer.PROTOCOL);
                HttpClientResponse response = http.send(HttpRequest.of("GET", "/", headers), Deadline.NONE)) {
            return response.status();
        }
    }

    @Test
    void aCarWhoseConnectionBreaksGoesOnWhereItHasEnded() {
        World.underSeeds(10, world -> {
            Market market = new Market(world);
            world.network()
                    .link(market.client.environment(), market.provider.environment())
                    .bandwidth(100_000);
            ClientDeal deal = market.propose(market.content(400_000, 1));
            market.until(() -> Files.exists(market.staging.resolve(deal.id() + ".car"))
                    && Files.size(market.staging.resolve(deal.id() + ".car")) > 100_000);
            List<Long> ranges = new ArrayList<>();
            for (Connection connection : market.provider.connections(market.client)) {
                connection.close(ErrorCode.NONE, "cut");
            }
            market.until(() -> {
                Path car = market.staging.resolve(deal.id() + ".car");
                ranges.add(Files.exists(car) ? Files.size(car) : -1);
                return market.providing().deal(deal.id()).checkpoint() == Checkpoint.ADDED_PIECE;
            });
            assertThat(ranges.getFirst()).isGreaterThan(100_000);
            assertThat(market.providing().deal(deal.id()).error()).isEmpty();
        });
    }

    @Test
    void aProviderThatStartsAgainGoesOnWithItsDeals() {
        World.underSeeds(5, world -> {
            Market market = new Market(world);
            world.network()
                    .link(market.client.environment(), market.provider.environment())
                    .bandwidth(50_000);
            ClientDeal online = market.propose(market.content(400_000, 1));
            ClientDeal offline =
                    market.asking().proposeOffline(market.provider.address(), market.terms(market.content(3000, 2)));
            world.sleep(Duration.ofSeconds(2));
            market.provider.close(world.simulation());
            assertThat(market.sealed).isEmpty();
            startAgain(world, market);
            market.at(online, Checkpoint.ADDED_PIECE);
            assertThat(market.providing().deal(offline.id()).checkpoint()).isEqualTo(Checkpoint.ACCEPTED);
            Path car = folder.resolve("offline-" + offline.id());
            try (java.io.OutputStream out = Files.newOutputStream(car)) {
                new CarBytes(market.store).write(offline.params().root(), 0, out);
            }
            market.providing().bring(offline.id(), car);
            market.at(offline, Checkpoint.ADDED_PIECE);
            assertThat(market.sealed).containsExactlyInAnyOrder(1L, 2L);
        });
    }

    private static void startAgain(World world, Market market) throws Exception {
        Identity identity = market.provider.host().identity();
        market.provider = world.node(
                market.provider.environment(),
                builder -> {
                    market.provide(builder);
                    builder.identity(identity);
                },
                "/ip4/0.0.0.0/tcp/4009");
    }

    @Test
    void aCarThatChangedWhileTheProviderWasDownIsNotPublished() {
        World.underSeeds(3, world -> {
            Market market = new Market(world);
            ClientDeal deal =
                    market.asking().proposeOffline(market.provider.address(), market.terms(market.content(3000, 1)));
            ProviderDeal accepted = market.providing().deal(deal.id());
            market.provider.close(world.simulation());
            market.providerDeals.put(
                    Values.bytes(deal.id()), accepted.at(Checkpoint.TRANSFERRED).toBytes());
            Files.write(market.staging.resolve(deal.id() + ".car"), new byte[3000]);
            startAgain(world, market);
            market.until(() -> market.providing().deal(deal.id()).hasFailed());
            assertThat(market.providing().deal(deal.id()).error()).contains("the CAR is the piece");
            assertThat(market.chain.deal(1)).isNull();
        });
    }

    @Test
    void carsThatAKilledProviderHasLeftAreRemoved() {
        World.underSeeds(3, world -> {
            Market market = new Market(world);
            ClientDeal deal = market.propose(market.content(3000, 1));
            market.at(deal, Checkpoint.ADDED_PIECE);
            market.provider.close(world.simulation());
            Path left = Files.write(market.staging.resolve(deal.id() + ".car"), new byte[3000]);
            Path unknown = Files.write(market.staging.resolve(new java.util.UUID(1, 1) + ".car"), new byte[3000]);
            startAgain(world, market);
            market.until(() -> Files.notExists(left));
            assertThat(unknown)
                    .as("its deal may be in a journal that is put back")
                    .exists();
        });
    }

    @Test
    void dealsThatFailBeforeTheirTurnTakeNoTurn() {
        World.underSeeds(3, world -> {
            Market market = new Market(world, limits(32, 1L << 40, 1, 1));
            world.network()
                    .link(market.client.environment(), market.provider.environment())
                    .bandwidth(100_000);
            for (int salt = 1; salt <= 3; salt++) {
                market.propose(market.content(1_500_000, salt));
            }
            assertThat(market.providing().deals())
                    .as("one has its turn")
                    .allMatch(deal -> deal.checkpoint() == Checkpoint.ACCEPTED);
            market.chain.advance(START - 1000 + 1);
            assertThat(market.providing().deals()).hasSize(1);
            DealTerms terms = market.terms(market.content(3000, 20));
            DealTerms later = new DealTerms(
                    terms.root(),
                    MINER,
                    terms.label(),
                    false,
                    terms.leastPiece(),
                    START + 10_000,
                    END + 10_000,
                    terms.pricePerEpoch(),
                    terms.providerCollateral(),
                    BigInteger.ZERO);
            ClientDeal deal = market.asking().propose(market.provider.address(), later);
            world.sleep(Duration.ofMinutes(2));
            market.at(deal, Checkpoint.ADDED_PIECE);
        });
    }

    @Test
    void anotherPieceFailsItsDealAndIsNotPublished() {
        World.underSeeds(3, world -> {
            Market market = new Market(world);
            Cid root = market.content(3000, 1);
            ClientDeal deal = market.asking().proposeOffline(market.provider.address(), market.terms(root));
            Path car = folder.resolve("wrong-" + deal.id());
            Files.write(car, new byte[3000]);
            market.providing().bring(deal.id(), car);
            market.until(() -> market.providing().deal(deal.id()).hasFailed());
            assertThat(market.providing().deal(deal.id()).error()).contains("the CAR is the piece");
            assertThat(market.chain.deal(1)).isNull();
            assertThat(market.asking().refresh(deal.id(), market.provider.address()))
                    .satisfies(ended -> assertThat(ended.state()).isEqualTo(ClientState.FAILED))
                    .satisfies(ended -> assertThat(ended.reason()).contains("the CAR is the piece"));
        });
    }

    @Test
    void aPeerHasItsShareOfDealsAndOfBytesAndEndedDealsGoByTheOldest() {
        World.underSeeds(3, world -> {
            Market market = new Market(world, limits(2, 8000, 1));
            List<ClientDeal> deals = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                deals.add(market.asking()
                        .proposeOffline(market.provider.address(), market.terms(market.content(3000, i))));
            }
            assertThatThrownBy(() -> market.propose(market.content(3000, 3)))
                    .hasMessageContaining("refuses the deal: \"the provider has 2 deals");
            assertThat(market.asking().deals().getLast().reason()).contains("2 of at most 2 of this peer");
            for (ClientDeal deal : deals) {
                Path car = folder.resolve("wrong-" + deal.id());
                Files.write(car, new byte[3000]);
                market.providing().bring(deal.id(), car);
                market.until(() -> market.providing().deal(deal.id()) == null
                        || market.providing().deal(deal.id()).hasFailed());
            }
            assertThat(market.providing().deals())
                    .extracting(ProviderDeal::id)
                    .containsExactly(deals.getLast().id());
            assertThatThrownBy(() -> market.propose(market.content(9000, 4))).hasMessageContaining("no room");
            assertThat(market.asking().deals().getLast().reason()).contains("of at most 8000 of this peer");
        });
    }

    @Test
    void aPeerThatSaysNothingOrTooMuchIsEnded() {
        World.underSeeds(3, world -> {
            Market market = new Market(world);
            for (String protocol : List.of(
                    DealParams.PROTOCOL,
                    DealParams.PROTOCOL_120,
                    DealStatusRequest.PROTOCOL,
                    StorageAsk.PROTOCOL,
                    RetrievalQuery.PROTOCOL)) {
                Duration silent = world.timed(() -> assertThatThrownBy(() -> market.client
                                .host()
                                .open(market.provider.address(), protocol, stream -> {
                                    stream.write(new byte[] {(byte) 0xa1});
                                    return stream.input().readAllBytes();
                                }))
                        .isInstanceOf(StreamResetException.class));
                assertThat(silent).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(12));
                byte[] announced = {(byte) 0x5a, 0x7f, 0, 0, 0};
                assertThatThrownBy(() -> ask(market, protocol, announced)).isInstanceOf(StreamResetException.class);
            }
        });
    }

    @Test
    void aProviderThatSaysNothingOrTooMuchFailsTheQuestion() {
        World.underSeeds(3, world -> {
            Market market = new Market(world);
            TestNode hostile = world.node("hostile");
            hostile.host().handle(StorageAsk.PROTOCOL, stream -> stream.input().readAllBytes());
            Duration waited =
                    world.timed(() -> assertThatThrownBy(() -> market.asking().ask(hostile.address(), MINER))
                            .isInstanceOf(DeadlineExceededException.class));
            assertThat(waited).isBetween(Duration.ofSeconds(59), Duration.ofSeconds(62));
            hostile.host().handle(StorageAsk.PROTOCOL, stream -> {
                stream.write(new byte[] {(byte) 0x9a, 0, 1, 0, 1});
                stream.input().readAllBytes();
            });
            assertThatThrownBy(() -> market.asking().ask(hostile.address(), MINER))
                    .isInstanceOf(ProtocolViolationException.class)
                    .hasMessageContaining("65536");
        });
    }
}
