import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import libp2p.Libp2p;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.blocks.car.CarReader;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.filecoin.ClientDeal;
import libp2p.filecoin.ClientOptions;
import libp2p.filecoin.ClientState;
import libp2p.filecoin.DealLabel;
import libp2p.filecoin.DealTerms;
import libp2p.filecoin.FilecoinAddress;
import libp2p.filecoin.MemoryChain;
import libp2p.filecoin.ProviderOptions;
import libp2p.filecoin.StorageAsk;
import libp2p.filecoin.StorageClient;
import libp2p.filecoin.StorageProvider;
import libp2p.filecoin.Wallet;
import libp2p.ipld.Block;
import libp2p.multiformats.Multicodec;
import libp2p.storage.MemoryDatastore;
import libp2p.system.SystemEnvironment;

/** A deal of Filecoin's storage market over a ledger in memory: proposed for a CID of the local store, whose CAR is handed over, published and proven. */
void main() throws Exception {
    var miner = FilecoinAddress.id(1000);
    var price = BigInteger.valueOf(1 << 20);
    var wallet = Wallet.generate(SystemEnvironment.shared());
    var worker = Wallet.generate(SystemEnvironment.shared());
    var chain = new MemoryChain(1000, BigInteger.ONE);
    chain.actor(miner, worker.address());
    chain.addEscrow(wallet.address(), BigInteger.TEN.pow(18));
    chain.addEscrow(miner, BigInteger.TEN.pow(18));
    var ask = new StorageAsk(BigInteger.ONE.shiftLeft(30), BigInteger.ZERO, 256, 1 << 30, miner, 0, 1 << 30, 1);
    var staging = Files.createTempDirectory("staging");
    byte[] data = new byte[500_000];
    Arrays.fill(data, (byte) 7);
    try (var store = new MemoryBlockStore(BlockStoreLimits.DEFAULT); var bought = new MemoryDatastore(); var sold = new MemoryDatastore();
            Host provider = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0")
                    .with(StorageProvider.with(new ProviderOptions(worker, chain, sold, staging, (car, deal, id) -> prove(chain, car, id), ask)))
                    .start();
            Host client = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0")
                    .with(StorageClient.with(new ClientOptions(wallet, chain, bought, store)))
                    .start()) {
        Block block = Block.of(Multicodec.RAW, data);
        store.put(block);
        var market = client.find(StorageClient.class).orElseThrow();
        var peer = PeerAddress.parse(provider.fullAddresses().getFirst().toString());
        System.out.println("asks " + market.ask(peer, miner).ask().price() + " for a GiB and an epoch");
        var sealed = new CountDownLatch(1);
        provider.find(StorageProvider.class).orElseThrow().onChange(deal -> {
            System.out.println("provider: " + deal.checkpoint() + " " + deal.error());
            if (deal.checkpoint().label().equals("Complete")) {
                sealed.countDown();
            }
        });
        ClientDeal deal = market.propose(peer, new DealTerms(
                block.cid(), miner, DealLabel.of("holiday"), false, 1 << 20, 5000, 5000 + 200 * 2880, price, price, BigInteger.ZERO));
        System.out.println("piece " + deal.terms().piece() + " of " + deal.terms().pieceBytes() + " bytes");
        sealed.await();
        boolean active = market.refresh(deal.id(), peer).state() == ClientState.ACTIVE;
        System.out.println(active ? "the deal is active" : "the deal has failed");
    }
    Files.delete(staging);
}

/** What a real sealer takes days for. */
void prove(MemoryChain chain, Path car, long deal) throws java.io.IOException {
    try (var in = Files.newInputStream(car)) {
        System.out.println("the CAR has the root " + new CarReader(in).roots().getFirst());
    }
    chain.prove(deal);
}
