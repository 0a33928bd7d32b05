package libp2p.filecoin;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Registration;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/**
 * A ledger of deals in memory, for tests and examples: escrow, collateral, epochs and payment as the market actor has
 * them. What is published is there at once. A deal that is not proven by its start is slashed: the client has its funds
 * again, and the provider's collateral is gone. Thread-safe; nothing blocks.
 */
public final class MemoryChain implements Chain {
    /** Deals that are kept, the most. */
    private static final int DEALS = 100_000;

    private static final class Escrow {
        private BigInteger balance = BigInteger.ZERO;
        private BigInteger locked = BigInteger.ZERO;
        private BigInteger dataCap = BigInteger.ZERO;

        private BigInteger available() {
            return balance.subtract(locked);
        }
    }

    private static final class Entry {
        private final DealProposal terms;
        private long activeSince = -1;
        private boolean over;

        private Entry(DealProposal terms) {
            this.terms = terms;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final BigInteger collateralPerByte;
    private final Map<FilecoinAddress, FilecoinAddress> keys = new HashMap<>();
    private final Map<FilecoinAddress, Escrow> escrows = new HashMap<>();
    private final Map<Cid, Long> messages = new HashMap<>();
    private final Map<Long, Entry> deals = new LinkedHashMap<>();
    private final List<LongConsumer> listeners = new CopyOnWriteArrayList<>();
    private long head;
    private long lastDeal;

    /** A chain at an epoch whose providers pledge so much for each byte of a piece, in attoFIL. */
    public MemoryChain(long head, BigInteger collateralPerByte) {
        this.head = head;
        this.collateralPerByte = collateralPerByte;
    }

    /** Makes an actor, a miner or an account, whose messages a key signs. */
    public void actor(FilecoinAddress address, FilecoinAddress key) {
        locked(() -> keys.put(address, key));
    }

    /** Adds to an escrow, in attoFIL. */
    public void addEscrow(FilecoinAddress address, BigInteger amount) {
        if (amount.signum() < 0) {
            throw new IllegalArgumentException("a negative amount");
        }
        locked(() -> {
            Escrow escrow = escrow(address);
            escrow.balance = escrow.balance.add(amount);
            return escrow;
        });
    }

    /** Gives data cap, in bytes. */
    public void addDataCap(FilecoinAddress address, BigInteger bytes) {
        locked(() -> {
            Escrow escrow = escrow(address);
            escrow.dataCap = escrow.dataCap.add(bytes);
            return escrow;
        });
    }

    private interface Step<T, X extends Exception> {
        T run() throws X;
    }

    private <T, X extends Exception> T locked(Step<T, X> step) throws X {
        lock.lock();
        try {
            return step.run();
        } finally {
            lock.unlock();
        }
    }

    private Escrow escrow(FilecoinAddress address) {
        return escrows.computeIfAbsent(address, any -> new Escrow());
    }

    @Override
    public long head() {
        return locked(() -> head);
    }

    @Override
    public Registration onHead(LongConsumer action) {
        listeners.add(action);
        return () -> listeners.remove(action);
    }

    @Override
    public @Nullable FilecoinAddress key(FilecoinAddress address) {
        boolean own = address.kind() == FilecoinAddress.Kind.SECP256K1 || address.kind() == FilecoinAddress.Kind.BLS;
        lock.lock();
        try {
            return own ? address : keys.get(address);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public BigInteger available(FilecoinAddress address) {
        return locked(() -> escrow(address).available());
    }

    /** The escrow of an account, locked or not, in attoFIL. */
    public BigInteger balance(FilecoinAddress address) {
        return locked(() -> escrow(address).balance);
    }

    @Override
    public BigInteger leastCollateral(long pieceBytes, boolean verified) {
        return collateralPerByte.multiply(BigInteger.valueOf(pieceBytes));
    }

    @Override
    public BigInteger dataCap(FilecoinAddress address) {
        return locked(() -> escrow(address).dataCap);
    }

    @Override
    public Cid publish(ClientDealProposal deal) throws DealException {
        DealProposal terms = deal.proposal();
        FilecoinAddress key = key(terms.client());
        if (key == null || !deal.signature().holds(key, terms.toBytes())) {
            throw refused("the client has not signed it");
        }
        return locked(() -> {
            Cid message = deal.cid();
            if (messages.containsKey(message)) {
                return message;
            }
            check(terms);
            Escrow client = escrow(terms.client());
            Escrow provider = escrow(terms.provider());
            client.locked = client.locked.add(terms.clientNeeds());
            provider.locked = provider.locked.add(terms.providerCollateral());
            if (terms.verified()) {
                client.dataCap = client.dataCap.subtract(BigInteger.valueOf(terms.pieceBytes()));
            }
            lastDeal++;
            deals.put(lastDeal, new Entry(terms));
            messages.put(message, lastDeal);
            return message;
        });
    }

    private void check(DealProposal terms) throws DealException {
        if (terms.start() <= head || terms.end() <= terms.start()) {
            throw refused("its epochs " + terms.start() + " to " + terms.end() + " at " + head);
        }
        if (terms.pricePerEpoch().signum() < 0 || terms.clientCollateral().signum() < 0) {
            throw refused("negative amounts");
        }
        if (terms.providerCollateral().compareTo(leastCollateral(terms.pieceBytes(), terms.verified())) < 0) {
            throw refused("the collateral of the provider is too low");
        }
        if (escrow(terms.client()).available().compareTo(terms.clientNeeds()) < 0) {
            throw refused("the client has too little in escrow");
        }
        if (escrow(terms.provider()).available().compareTo(terms.providerCollateral()) < 0) {
            throw refused("the provider has too little in escrow");
        }
        if (terms.verified() && escrow(terms.client()).dataCap.compareTo(BigInteger.valueOf(terms.pieceBytes())) < 0) {
            throw refused("the client has too little data cap");
        }
        if (deals.size() >= DEALS) {
            throw refused("the ledger is full");
        }
    }

    private static DealException refused(String why) {
        return new DealException("the chain refuses a deal: " + why, null, false);
    }

    @Override
    public long await(Cid message, Deadline deadline) throws DealException {
        lock.lock();
        try {
            Long deal = messages.get(message);
            if (deal == null) {
                throw refused("there is no message " + message);
            }
            return deal;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable DealProposal deal(long dealId) {
        lock.lock();
        try {
            Entry entry = deals.get(dealId);
            return entry == null ? null : entry.terms;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public OptionalLong activeSince(long dealId) {
        return locked(() -> {
            Entry entry = deals.get(dealId);
            return entry == null || entry.activeSince < 0 ? OptionalLong.empty() : OptionalLong.of(entry.activeSince);
        });
    }

    /**
     * The provider proves the piece of a deal for the first time.
     *
     * @throws DealException if the deal is not there, or its start has passed
     */
    public void prove(long dealId) throws DealException {
        locked(() -> {
            Entry entry = deals.get(dealId);
            if (entry == null || entry.over || entry.terms.start() < head) {
                throw refused("deal " + dealId + " can no longer be proven at " + head);
            }
            entry.activeSince = entry.activeSince < 0 ? head : entry.activeSince;
            return entry;
        });
        listeners.forEach(listener -> listener.accept(head()));
    }

    /** Lets epochs pass: pays for them, slashes what is not proven by its start, and ends what is over. */
    public void advance(long epochs) {
        for (long i = 0; i < epochs; i++) {
            long now = locked(() -> {
                head++;
                new ArrayList<>(deals.values()).forEach(this::settle);
                return head;
            });
            listeners.forEach(listener -> listener.accept(now));
        }
    }

    private void settle(Entry entry) {
        DealProposal terms = entry.terms;
        if (entry.over || head <= terms.start()) {
            return;
        }
        Escrow client = escrow(terms.client());
        Escrow provider = escrow(terms.provider());
        if (entry.activeSince < 0) {
            client.locked = client.locked.subtract(terms.clientNeeds());
            provider.locked = provider.locked.subtract(terms.providerCollateral());
            provider.balance = provider.balance.subtract(terms.providerCollateral());
            entry.over = true;
            return;
        }
        client.locked = client.locked.subtract(terms.pricePerEpoch());
        client.balance = client.balance.subtract(terms.pricePerEpoch());
        provider.balance = provider.balance.add(terms.pricePerEpoch());
        if (head >= terms.end()) {
            client.locked = client.locked.subtract(terms.clientCollateral());
            provider.locked = provider.locked.subtract(terms.providerCollateral());
            entry.over = true;
        }
    }
}
