package libp2p.filecoin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.ProtocolFamily;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.AddressScope;
import org.jspecify.annotations.Nullable;

/**
 * The provider of the storage market: answers proposals, questions about deals and retrieval, and what it asks for, and
 * brings each deal that it accepts from {@linkplain Checkpoint checkpoint} to checkpoint, also after a restart.
 * Thread-safe.
 */
public final class StorageProvider implements HostService {
    private static final System.Logger LOG = System.getLogger(StorageProvider.class.getName());

    private final ProviderOptions options;
    private final List<Registration> registrations = new ArrayList<>();
    private volatile SignedStorageAsk ask;
    private volatile @Nullable DealBook book;
    private volatile @Nullable DealSteps steps;
    private volatile @Nullable Host host;

    private StorageProvider(ProviderOptions options) {
        this.options = options;
        ask = SignedStorageAsk.signed(options.ask(), options.worker());
    }

    /** A provider as part of a host. */
    public static ProtocolFamily with(ProviderOptions options) {
        return assembly -> assembly.service(new StorageProvider(options));
    }

    @Override
    public void start(Host host) {
        this.host = host;
        FilecoinLimits limits = host.limits(options.limits());
        DealBook deals = new DealBook(new DealJournal(options.deals()), limits);
        try {
            deals.load();
        } catch (IOException e) {
            throw new UncheckedIOException("the deals of the storage market cannot be read", e);
        }
        book = deals;
        DealSteps working = new DealSteps(host, options, limits, deals);
        steps = working;
        serve(host, DealParams.PROTOCOL, limits, DealParams::fromBytes, this::propose);
        serve(host, DealParams.PROTOCOL_120, limits, DealParams::fromBytes, this::propose);
        serve(host, DealStatusRequest.PROTOCOL, limits, DealStatusRequest::fromBytes, (peer, asked) -> status(asked));
        serve(host, StorageAsk.PROTOCOL, limits, AskRequest::fromBytes, (peer, asked) -> ask(asked.miner()));
        serve(host, RetrievalQuery.PROTOCOL, limits, RetrievalQuery::fromBytes, (peer, query) -> query(query));
        registrations.add(options.chain().onHead(working::head));
    }

    private <Q> void serve(
            Host host,
            String protocol,
            FilecoinLimits limits,
            Function<byte[], Q> question,
            MarketExchange.Answerer<Q> answerer) {
        registrations.add(MarketExchange.serve(host, protocol, limits, question, answerer));
    }

    /** Goes on with the deals of an earlier process. */
    @Override
    public void listening() {
        try {
            steps().tidy();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, () -> "CARs of deals that have ended may be left: " + e);
        }
        book().all().forEach(deal -> steps().resume(deal));
    }

    private DealChecks.Proposer proposer(PeerId peer) {
        AddressScope nearest = AddressScope.nearest(started(host).connections(peer));
        return new DealChecks.Proposer(peer, nearest == null ? AddressScope.INTERNET : nearest);
    }

    private byte[] propose(PeerId peer, DealParams params) {
        ProviderDeal deal = ProviderDeal.accepted(params, peer);
        String refusal;
        try {
            refusal = book().refusal(deal);
            if (refusal == null) {
                BigInteger pledged = book().pledged(deal.terms().client());
                refusal = DealChecks.refusal(params, proposer(peer), ask.ask(), options.chain(), pledged);
            }
            if (refusal == null) {
                refusal = book().add(deal);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, () -> "a proposal of " + peer + " could not be checked: " + e);
            refusal = "server error";
        }
        if (refusal == null) {
            steps().resume(deal);
        }
        return new DealResponse(refusal == null, refusal == null ? "" : refusal).toBytes();
    }

    private byte[] status(DealStatusRequest asked) throws IOException {
        ProviderDeal deal = book().get(asked.id());
        if (deal == null) {
            return DealStatusResponse.failed(asked.id(), "no storage deal found with deal UUID " + asked.id())
                    .toBytes();
        }
        FilecoinAddress key = options.chain().key(deal.terms().client());
        if (key == null || !asked.isOf(key)) {
            return DealStatusResponse.failed(asked.id(), "signature verification failed")
                    .toBytes();
        }
        DealStatus status = new DealStatus(
                deal.error(),
                deal.checkpoint().label(),
                deal.chainDealId() == 0 ? "" : options.sealer().status(deal.chainDealId()),
                deal.terms(),
                deal.params().signed().cid(),
                deal.publishMessage(),
                deal.chainDealId());
        long size = deal.params().transfer().size();
        long here = deal.hasFailed() ? 0 : deal.checkpoint() == Checkpoint.ACCEPTED ? steps().received(deal) : size;
        return new DealStatusResponse(deal.id(), "", status, deal.params().offline(), size, here).toBytes();
    }

    private byte[] ask(FilecoinAddress miner) {
        SignedStorageAsk signed = ask;
        return new AskResponse(signed.ask().miner().equals(miner) ? signed : null).toBytes();
    }

    /** Content can be retrieved that a deal holds whose piece the sealer has. */
    private byte[] query(RetrievalQuery query) {
        ProviderDeal found = null;
        boolean inPiece = false;
        for (ProviderDeal deal : book().all()) {
            boolean held =
                    !deal.hasFailed() && !deal.isStaged() && !deal.params().removeUnsealed();
            if (held && deal.params().root().equals(query.payload())) {
                boolean right = query.piece() != null && deal.terms().piece().equals(query.piece());
                found = found == null || right ? deal : found;
                inPiece |= right;
            }
        }
        boolean given = found != null && (query.piece() == null || inPiece);
        return new RetrievalQueryResponse(
                        given
                                ? RetrievalQueryResponse.Availability.AVAILABLE
                                : RetrievalQueryResponse.Availability.UNAVAILABLE,
                        inPiece || query.piece() == null && given
                                ? RetrievalQueryResponse.InPiece.AVAILABLE
                                : RetrievalQueryResponse.InPiece.UNAVAILABLE,
                        found != null && given ? found.terms().pieceBytes() : 0,
                        options.worker().address(),
                        BigInteger.ZERO,
                        0,
                        0,
                        given ? "" : "no deal with this content",
                        BigInteger.ZERO)
                .toBytes();
    }

    /** Asks for something else from now on; its sequence is to be larger than that of the ask before. */
    public void ask(StorageAsk value) {
        if (value.sequence() <= ask.ask().sequence()
                || !value.miner().equals(ask.ask().miner())) {
            throw new IllegalArgumentException("an ask follows the one before, of the same miner");
        }
        ask = SignedStorageAsk.signed(value, options.worker());
    }

    /**
     * Tells of each checkpoint of a deal, and of its failure, when that is durable, on the thread of the deal and
     * without locks.
     *
     * @return to end it
     */
    public Registration onChange(Consumer<ProviderDeal> listener) {
        return book().onChange(listener);
    }

    /** The deals, also those that have failed and are still told about. */
    public List<ProviderDeal> deals() {
        return book().all();
    }

    /** One deal, or null. */
    public @Nullable ProviderDeal deal(UUID id) {
        return book().get(id);
    }

    /**
     * Brings the CAR of an offline deal; returns when it is copied, and the deal goes on.
     *
     * @throws DealException if the deal does not wait for one
     */
    public void bring(UUID id, Path car) throws IOException {
        ProviderDeal deal = book().get(id);
        if (deal == null || !deal.params().offline() || deal.checkpoint() != Checkpoint.ACCEPTED) {
            throw new DealException("the deal " + id + " waits for no CAR", null, false);
        }
        steps().bring(deal, car);
    }

    private DealBook book() {
        return started(book);
    }

    private DealSteps steps() {
        return started(steps);
    }

    private static <T> T started(@Nullable T part) {
        return HostService.started("the storage market", part);
    }

    @Override
    public void close() {
        registrations.forEach(Registration::close);
        DealSteps working = steps; // none if the host failed before it started this
        if (working != null) {
            working.close();
        }
    }
}
