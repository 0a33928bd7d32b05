package libp2p.filecoin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.ProtocolFamily;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.http.streams.HttpStreams;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * The client of the storage market: proposes deals for DAGs of its store, hands their CARs over, and follows the deals
 * by what providers and the chain say, also after a restart. Thread-safe; methods block.
 */
public final class StorageClient implements HostService {
    private static final System.Logger LOG = System.getLogger(StorageClient.class.getName());

    private final ClientOptions options;
    private final DealJournal journal;
    private final CarBytes cars;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<UUID, ClientDeal> deals = new LinkedHashMap<>();
    private final Map<String, UUID> authorizations = new LinkedHashMap<>();
    private final List<Registration> registrations = new ArrayList<>();
    private final List<Consumer<ClientDeal>> listeners = new CopyOnWriteArrayList<>();
    private volatile FilecoinLimits limits;
    private volatile @Nullable Host host;

    private StorageClient(ClientOptions options) {
        this.options = options;
        limits = options.limits();
        journal = new DealJournal(options.deals());
        cars = new CarBytes(options.store());
    }

    /** A client as part of a host. */
    public static ProtocolFamily with(ClientOptions options) {
        return assembly -> assembly.service(new StorageClient(options));
    }

    @Override
    public void start(Host started) {
        limits = started.limits(limits);
        host = started;
        try {
            for (ClientDeal deal : journal.load(ClientDeal::fromBytes, limits.deals() + limits.ended())) {
                put(deal);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the deals of the storage market cannot be read", e);
        }
        CarHandOver handOver = new CarHandOver(cars, this::authorized, this::handedOver, limits.transfers());
        registrations.add(HttpStreams.serve(started, DealTransfer.PROTOCOL, handOver));
        registrations.add(options.chain().onHead(this::head));
    }

    private void put(ClientDeal deal) {
        deals.put(deal.id(), deal);
        String authorization = authorization(deal);
        if (authorization != null) {
            authorizations.put(authorization, deal.id());
        }
    }

    private static @Nullable String authorization(ClientDeal deal) {
        try {
            return deal.params().offline()
                    ? null
                    : deal.params().transfer().source().headers().get("Authorization");
        } catch (MalformedException e) {
            return null;
        }
    }

    /**
     * The price and the sizes that a provider asks for.
     *
     * @throws DealException if it asks for nothing, or another has signed it
     */
    public SignedStorageAsk ask(PeerAddress provider, FilecoinAddress miner) throws IOException {
        SignedStorageAsk signed = MarketExchange.ask(
                        host(),
                        provider,
                        limits,
                        new AskRequest(miner).toBytes(),
                        AskResponse::fromBytes,
                        StorageAsk.PROTOCOL)
                .ask();
        if (signed == null || !signed.ask().miner().equals(miner)) {
            throw new DealException("no ask of " + miner, provider.peer(), false);
        }
        FilecoinAddress worker = options.chain().key(miner);
        if (worker == null || !signed.signature().holds(worker, signed.ask().toBytes())) {
            throw new DealException("an ask that the worker of " + miner + " has not signed", provider.peer(), false);
        }
        return signed;
    }

    /** Whether content can be retrieved from a provider, and for what. */
    public RetrievalQueryResponse query(PeerAddress provider, Cid payload, @Nullable Cid piece) throws IOException {
        return MarketExchange.ask(
                host(),
                provider,
                limits,
                new RetrievalQuery(payload, piece).toBytes(),
                RetrievalQueryResponse::fromBytes,
                RetrievalQuery.PROTOCOL);
    }

    /**
     * Computes the commitment to the CAR of a DAG, proposes a deal for it and waits for the answer. Then the provider
     * fetches the CAR from this host. A deal whose answer did not come stays {@link ClientState#PROPOSED}; {@link
     * #refresh} tells.
     *
     * @param provider its peer, whose id must be told
     * @param terms of the deal
     * @throws DealException if the provider refuses, or this account has too little in escrow
     */
    public ClientDeal propose(PeerAddress provider, DealTerms terms) throws IOException {
        return propose(provider, terms, false);
    }

    /** As {@link #propose}, for data that comes to the provider another way. */
    public ClientDeal proposeOffline(PeerAddress provider, DealTerms terms) throws IOException {
        return propose(provider, terms, true);
    }

    private ClientDeal propose(PeerAddress provider, DealTerms terms, boolean offline) throws IOException {
        PeerId peer = provider.peer();
        if (peer == null) {
            throw new IllegalArgumentException("a deal needs the id of the provider's peer, not only " + provider);
        }
        CarBytes.Measured car = cars.measure(terms.root());
        PieceCommitment.Piece piece = car.piece().bytes() < terms.leastPiece()
                ? PieceCommitment.pad(car.piece(), terms.leastPiece())
                : car.piece();
        DealProposal proposal = terms.proposal(piece, options.wallet().address());
        BigInteger available = options.chain().available(proposal.client());
        if (available.compareTo(proposal.clientNeeds()) < 0) {
            throw new DealException(
                    "there are " + available + " in escrow for a deal that needs " + proposal.clientNeeds(),
                    null,
                    false);
        }
        UUID id = newId();
        DealParams params = new DealParams(
                id,
                offline,
                ClientDealProposal.signed(proposal, options.wallet()),
                terms.root(),
                offline ? DealTransfer.OFFLINE : transfer(id, car.bytes()),
                false,
                true);
        add(ClientDeal.proposed(params, peer));
        DealResponse response = MarketExchange.ask(
                host(),
                provider,
                limits,
                params.toBytes(),
                DealResponse::fromBytes,
                DealParams.PROTOCOL,
                DealParams.PROTOCOL_120);
        if (!response.accepted()) {
            change(id, deal -> deal.ended(ClientState.REFUSED, response.message()));
            throw new DealException(
                    peer + " refuses the deal: " + MalformedException.quote(response.message()), peer, false);
        }
        return change(id, deal -> deal.state() == ClientState.PROPOSED ? deal.at(ClientState.ACCEPTED) : deal);
    }

    private DealTransfer transfer(UUID id, long size) {
        List<Multiaddr> addresses = host().fullAddresses();
        String address = addresses.isEmpty() ? "/p2p/" + host().peerId() : String.valueOf(addresses.getFirst());
        return DealTransfer.libp2p(address, CarHandOver.authorization(host().environment()), id.toString(), size);
    }

    private UUID newId() {
        byte[] random = new byte[16];
        host().environment().secureRandom(random);
        random[6] = (byte) (random[6] & 0x0f | 0x40); // version 4, as RFC 9562 says
        random[8] = (byte) (random[8] & 0x3f | 0x80);
        ByteBuffer bytes = ByteBuffer.wrap(random);
        return new UUID(bytes.getLong(), bytes.getLong());
    }

    /**
     * Asks the provider and the chain how far a deal is.
     *
     * @throws DealException if the provider does not know it, or tells of other terms
     */
    public ClientDeal refresh(UUID id, PeerAddress provider) throws IOException {
        ClientDeal deal = deal(id);
        if (deal == null) {
            throw new DealException("there is no deal " + id, null, false);
        }
        DealStatusResponse response = status(deal.id(), provider);
        DealStatus status = response.status();
        if (!response.id().equals(id) || status == null || !response.error().isEmpty()) {
            throw new DealException(
                    "no state of the deal " + id + ": " + MalformedException.quote(response.error()),
                    provider.peer(),
                    false);
        }
        if (!status.proposal().equals(deal.terms())
                || !status.signedProposal().equals(deal.params().signed().cid())) {
            throw new DealException("other terms for the deal " + id, provider.peer(), false);
        }
        if (!status.error().isEmpty()) {
            return change(id, before -> before.ended(ClientState.FAILED, status.error()));
        }
        ClientState told = Checkpoint.of(status.status()).compareTo(Checkpoint.TRANSFERRED) >= 0
                ? ClientState.TRANSFERRED
                : ClientState.ACCEPTED;
        change(id, before -> before.state().compareTo(told) < 0 ? before.at(told) : before);
        if (status.chainDealId() > 0 && deal.chainDealId() == 0) {
            if (!deal.terms().equals(options.chain().deal(status.chainDealId()))) {
                throw new DealException(
                        "the chain has other terms under the number " + status.chainDealId(), provider.peer(), false);
            }
            change(id, before -> before.published(status.chainDealId()));
        }
        head(options.chain().head());
        ClientDeal now = deal(id);
        return now == null ? deal : now;
    }

    /** The state of a deal of this wallet as a provider tells it. */
    public DealStatusResponse status(UUID id, PeerAddress provider) throws IOException {
        return MarketExchange.ask(
                host(),
                provider,
                limits,
                DealStatusRequest.signed(id, options.wallet()).toBytes(),
                DealStatusResponse::fromBytes,
                DealStatusRequest.PROTOCOL);
    }

    /** A new epoch: the chain tells which deals are active, over, or have missed their start. */
    private void head(long epoch) {
        for (ClientDeal deal : deals()) {
            if (deal.state().hasEnded()) {
                continue;
            }
            try {
                boolean active = deal.chainDealId() > 0
                        && options.chain().activeSince(deal.chainDealId()).isPresent();
                if (active && epoch >= deal.terms().end()) {
                    change(deal.id(), before -> before.at(ClientState.OVER));
                } else if (active) {
                    change(deal.id(), before -> before.at(ClientState.ACTIVE));
                } else if (epoch > deal.terms().start()) {
                    change(
                            deal.id(),
                            before -> before.ended(ClientState.FAILED, "the piece was not proven by its start"));
                }
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, () -> "a deal could not be followed: " + deal.id() + ": " + e);
            }
        }
    }

    private @Nullable ClientDeal authorized(String authorization) {
        lock.lock();
        try {
            UUID id = authorizations.get(authorization);
            ClientDeal deal = id == null ? null : deals.get(id);
            return deal == null || deal.state().hasEnded() ? null : deal;
        } finally {
            lock.unlock();
        }
    }

    private void handedOver(ClientDeal deal) {
        try {
            change(
                    deal.id(),
                    before -> before.state().compareTo(ClientState.TRANSFERRED) < 0
                            ? before.at(ClientState.TRANSFERRED)
                            : before);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, () -> "a transfer could not be noted: " + e);
        }
    }

    private void add(ClientDeal deal) throws IOException {
        lock.lock();
        try {
            long open = deals.values().stream()
                    .filter(other -> !other.state().hasEnded())
                    .count();
            if (open >= limits.deals()) {
                throw new DealException("there are " + open + " deals of at most " + limits.deals(), null, true);
            }
            journal.put(deal.id(), deal.toBytes());
            put(deal);
        } finally {
            lock.unlock();
        }
    }

    /** Changes a deal that has not ended; durable when this returns. Gives the deal as it is then. */
    private ClientDeal change(UUID id, UnaryOperator<ClientDeal> step) throws IOException {
        ClientDeal before;
        ClientDeal after;
        lock.lock();
        try {
            before = deals.get(id);
            if (before == null) {
                throw new DealException("there is no deal " + id, null, false);
            }
            after = before.state().hasEnded() ? before : step.apply(before);
            if (!after.equals(before)) {
                journal.put(id, after.toBytes());
                deals.put(id, after);
                if (after.state().hasEnded()) {
                    dropOldest();
                }
            }
        } finally {
            lock.unlock();
        }
        if (!after.equals(before)) {
            listeners.forEach(listener -> listener.accept(after));
        }
        return after;
    }

    /**
     * Tells of each change of a deal, when it is durable, on the thread that makes it and without locks.
     *
     * @return to end it
     */
    public Registration onChange(Consumer<ClientDeal> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private void dropOldest() throws IOException {
        List<ClientDeal> ended =
                deals.values().stream().filter(deal -> deal.state().hasEnded()).toList();
        for (ClientDeal deal : ended.subList(0, Math.max(0, ended.size() - limits.ended()))) {
            deals.remove(deal.id());
            authorizations.values().remove(deal.id());
            journal.delete(deal.id());
        }
    }

    /** The deals, also those that have ended and are still told about. */
    public List<ClientDeal> deals() {
        lock.lock();
        try {
            return new ArrayList<>(deals.values());
        } finally {
            lock.unlock();
        }
    }

    /** One deal, or null. */
    public @Nullable ClientDeal deal(UUID id) {
        lock.lock();
        try {
            return deals.get(id);
        } finally {
            lock.unlock();
        }
    }

    private Host host() {
        return HostService.started("the storage market", host);
    }

    @Override
    public void close() {
        registrations.forEach(Registration::close);
    }
}
