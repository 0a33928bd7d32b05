package libp2p.growth;

import static libp2p.growth.Messages.bytes;
import static libp2p.growth.Messages.cid;
import static libp2p.growth.Messages.name;
import static libp2p.growth.Messages.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.host.Host;
import libp2p.core.host.HostAssembly;
import libp2p.core.host.ProtocolFamily;
import libp2p.filecoin.AskRequest;
import libp2p.filecoin.ClientDealProposal;
import libp2p.filecoin.ClientOptions;
import libp2p.filecoin.DealLabel;
import libp2p.filecoin.DealParams;
import libp2p.filecoin.DealProposal;
import libp2p.filecoin.DealStatusRequest;
import libp2p.filecoin.DealTransfer;
import libp2p.filecoin.FilecoinAddress;
import libp2p.filecoin.FilecoinLimits;
import libp2p.filecoin.MemoryChain;
import libp2p.filecoin.ProviderOptions;
import libp2p.filecoin.RetrievalQuery;
import libp2p.filecoin.StorageAsk;
import libp2p.filecoin.StorageClient;
import libp2p.filecoin.StorageProvider;
import libp2p.filecoin.Wallet;
import libp2p.multiformats.Cid;
import libp2p.storage.MemoryDatastore;

/** The driver of the storage market. */
final class MarketDrivers {
    private static final FilecoinAddress MINER = FilecoinAddress.id(1000);
    private static final long START = 5_000;
    private static final long END = START + 200 * 2_880;
    private static final int PIECE = 1 << 12;

    private MarketDrivers() {}

    static List<HostileDriver> all() {
        return List.of(market());
    }

    /** Of a client that has nothing in escrow. */
    private static byte[] proposal(RandomGenerator random, Host stranger) {
        Wallet wallet = Wallet.generate(stranger.environment());
        Cid content = Cid.fromBytes(cid(random));
        DealProposal proposal = new DealProposal(
                content,
                PIECE,
                false,
                wallet.address(),
                MINER,
                DealLabel.of(name(random)),
                START,
                END,
                BigInteger.ONE,
                BigInteger.ZERO,
                BigInteger.ZERO);
        DealTransfer transfer = new DealTransfer("libp2p", name(random), bytes(random, 40), PIECE);
        UUID id = new UUID(random.nextLong(), random.nextLong());
        return new DealParams(id, false, ClientDealProposal.signed(proposal, wallet), content, transfer, false, false)
                .toBytes();
    }

    private static byte[] status(RandomGenerator random, Host stranger) {
        Wallet wallet = Wallet.generate(stranger.environment());
        UUID id = new UUID(random.nextLong(), random.nextLong());
        return new DealStatusRequest(id, wallet.sign(bytes(random, 16))).toBytes();
    }

    private static HostileDriver market() {
        return new StreamDriver("storage market", StorageProvider.class, StorageClient.class)
                .on(DealParams.PROTOCOL, MarketDrivers::proposal)
                .on(DealStatusRequest.PROTOCOL, MarketDrivers::status)
                .on(StorageAsk.PROTOCOL, (random, stranger) -> new AskRequest(MINER).toBytes())
                .on(
                        RetrievalQuery.PROTOCOL,
                        (random, stranger) -> new RetrievalQuery(Cid.fromBytes(cid(random)), null).toBytes())
                .on(
                        DealTransfer.PROTOCOL,
                        (random, stranger) -> text("GET /" + new UUID(random.nextLong(), random.nextLong())
                                + " HTTP/1.1\r\nHost: a\r\nAuthorization: Basic " + name(random) + "\r\n\r\n"))
                .victim(host -> host.with((ProtocolFamily) MarketDrivers::contribute));
    }

    private static void contribute(HostAssembly assembly) {
        MemoryChain chain = new MemoryChain(1000, BigInteger.ONE);
        Wallet worker = Wallet.generate(assembly.environment());
        chain.actor(MINER, worker.address());
        StorageProvider.with(new ProviderOptions(
                        worker,
                        chain,
                        new MemoryDatastore(),
                        staging(),
                        (car, deal, id) -> {},
                        new StorageAsk(BigInteger.ONE, BigInteger.ZERO, 256, 1 << 30, MINER, 0, 1 << 30, 1),
                        false,
                        FilecoinLimits.DEFAULT))
                .contribute(assembly);
        StorageClient.with(new ClientOptions(
                        worker,
                        chain,
                        new MemoryDatastore(),
                        new MemoryBlockStore(BlockStoreLimits.DEFAULT),
                        FilecoinLimits.DEFAULT))
                .contribute(assembly);
    }

    private static Path staging() {
        try {
            return Files.createDirectories(Path.of("target/staging"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
