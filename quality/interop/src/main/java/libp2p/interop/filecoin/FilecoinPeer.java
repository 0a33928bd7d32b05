package libp2p.interop.filecoin;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import libp2p.Libp2p;
import libp2p.blocks.BlockStore;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.blocks.car.CarReader;
import libp2p.core.datastore.Datastore;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.ProtocolFamily;
import libp2p.core.identity.Identity;
import libp2p.filecoin.ClientDeal;
import libp2p.filecoin.ClientDealProposal;
import libp2p.filecoin.ClientOptions;
import libp2p.filecoin.ClientState;
import libp2p.filecoin.DealException;
import libp2p.filecoin.DealLabel;
import libp2p.filecoin.DealParams;
import libp2p.filecoin.DealResponse;
import libp2p.filecoin.DealTerms;
import libp2p.filecoin.FilecoinAddress;
import libp2p.filecoin.MemoryChain;
import libp2p.filecoin.ProviderOptions;
import libp2p.filecoin.RetrievalQueryResponse;
import libp2p.filecoin.Sealer;
import libp2p.filecoin.SignedStorageAsk;
import libp2p.filecoin.StorageAsk;
import libp2p.filecoin.StorageClient;
import libp2p.filecoin.StorageProvider;
import libp2p.filecoin.Wallet;
import libp2p.filecoin.WalletSignature;
import libp2p.ipld.Block;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.storage.MemoryDatastore;
import libp2p.system.SystemEnvironment;

/**
 * The program, over a ledger in memory: {@code listen} is a provider until its standard input ends; {@code ask ADDR},
 * {@code query ADDR ROOT} and {@code propose ADDR [LABEL]} are the client; {@code forge ADDR} proposes a deal that
 * another has signed, and {@code sign} signs with a fresh key. Ends with 1 and the words when it is refused.
 */
public final class FilecoinPeer {
    private static final FilecoinAddress MINER = FilecoinAddress.id(1000);
    private static final long HEAD = 10_000;
    private static final long DURATION = 200 * 2880;
    private static final BigInteger RICH = BigInteger.TEN.pow(30);

    private FilecoinPeer() {}

    /** The entry point. */
    public static void main(String[] arguments) throws Exception {
        try {
            run(arguments);
        } catch (DealException e) {
            System.out.println("refused: " + e.getMessage());
            System.exit(1);
        }
    }

    private static Wallet wallet(int octet) throws InvalidKeyException {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) octet);
        return Wallet.of(key);
    }

    private static void run(String[] arguments) throws Exception {
        if (arguments[0].equals("sign")) {
            Wallet fresh = Wallet.generate(SystemEnvironment.shared());
            byte[] message = "signed by a fresh key".getBytes(StandardCharsets.UTF_8);
            System.out.println(fresh.address() + " " + HexFormat.of().formatHex(message) + " "
                    + HexFormat.of().formatHex(fresh.sign(message).toBytes()));
            return;
        }
        Wallet wallet = wallet(1);
        Wallet worker = wallet(2);
        MemoryChain chain = new MemoryChain(HEAD, BigInteger.ONE);
        chain.actor(MINER, worker.address());
        chain.addEscrow(wallet.address(), RICH);
        chain.addEscrow(MINER, RICH);
        Path staging = Files.createTempDirectory("staging");
        try (Datastore deals = new MemoryDatastore();
                BlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT)) {
            Sealer sealer = sealer(chain, store);
            StorageAsk ask = new StorageAsk(
                    BigInteger.ONE.shiftLeft(30), BigInteger.ZERO, 256, 1 << 30, MINER, HEAD, HEAD + DURATION, 1);
            ProtocolFamily family = arguments[0].equals("listen")
                    ? StorageProvider.with(new ProviderOptions(worker, chain, deals, staging, sealer, ask))
                    : StorageClient.with(new ClientOptions(wallet, chain, deals, store));
            try (Host host = Libp2p.host()
                    .identity(Identity.generate(SystemEnvironment.shared()))
                    .with(family)
                    .listen("/ip4/127.0.0.1/tcp/0")
                    .start()) {
                if (arguments[0].equals("listen")) {
                    System.out.println(host.fullAddresses().getFirst());
                    System.in.readAllBytes();
                } else {
                    ask(host, store, arguments);
                }
            }
        } finally {
            Files.deleteIfExists(staging);
        }
    }

    /** Keeps the blocks of a piece and proves it at once. */
    private static Sealer sealer(MemoryChain chain, BlockStore store) {
        return (car, deal, dealId) -> {
            try (InputStream in = Files.newInputStream(car)) {
                CarReader reader = new CarReader(in);
                for (Block block = reader.next(); block != null; block = reader.next()) {
                    store.put(block);
                }
            }
            if (!store.has(deal.root())) {
                throw new IOException("the CAR has no root " + deal.root());
            }
            chain.prove(dealId);
        };
    }

    private static void ask(Host host, BlockStore store, String[] arguments) throws Exception {
        StorageClient client = host.find(StorageClient.class).orElseThrow();
        PeerAddress provider = PeerAddress.parse(arguments[1]);
        switch (arguments[0]) {
            case "ask" -> {
                SignedStorageAsk signed = client.ask(provider, MINER);
                System.out.println("ask: price " + signed.ask().price() + ", from "
                        + signed.ask().leastPiece());
            }
            case "query" -> {
                RetrievalQueryResponse answer = client.query(provider, Cid.parse(arguments[2]), null);
                System.out.println("query: " + answer.availability() + " " + answer.bytes());
            }
            case "propose" -> propose(client, provider, store, arguments.length > 2 ? arguments[2] : "a deal");
            case "forge" -> forge(host, client, provider, store);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static Cid content(BlockStore store) throws IOException {
        byte[] data = new byte[200_000];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (i * 31 >>> 3);
        }
        Block block = Block.of(Multicodec.RAW, data);
        store.put(block);
        return block.cid();
    }

    private static DealTerms terms(Cid root, String label) {
        BigInteger price = BigInteger.valueOf(1 << 18);
        return new DealTerms(
                root,
                MINER,
                DealLabel.of(label),
                false,
                256,
                HEAD + 10_000,
                HEAD + 10_000 + DURATION,
                price,
                price,
                BigInteger.ZERO);
    }

    private static void propose(StorageClient client, PeerAddress provider, BlockStore store, String label)
            throws Exception {
        LinkedBlockingQueue<ClientDeal> changes = new LinkedBlockingQueue<>();
        client.onChange(changes::add);
        Cid root = content(store);
        ClientDeal deal = client.propose(provider, terms(root, label));
        while (deal.state() != ClientState.TRANSFERRED) {
            deal = changes.take();
        }
        String told = client.status(deal.id(), provider).error();
        System.out.println("deal: " + client.refresh(deal.id(), provider).state() + " " + root + " " + told);
    }

    /** The same terms with the signature of another wallet. */
    private static void forge(Host host, StorageClient client, PeerAddress provider, BlockStore store)
            throws Exception {
        DealParams params;
        try {
            client.propose(provider, terms(content(store), "refuse this, it is for its terms alone"));
            throw new AssertionError("taken");
        } catch (DealException refused) {
            params = client.deals().getFirst().params();
        }
        WalletSignature other = wallet(3).sign(params.signed().proposal().toBytes());
        DealParams forged = new DealParams(
                params.id(),
                false,
                new ClientDealProposal(params.signed().proposal(), other),
                params.root(),
                params.transfer(),
                false,
                false);
        DealResponse answer = host.open(provider, DealParams.PROTOCOL_120, stream -> {
            stream.writeLast(forged.toBytes());
            return DealResponse.fromBytes(stream.input().readAllBytes());
        });
        System.out.println("forged: " + List.of(answer.accepted(), answer.message()));
    }
}
