package libp2p.filecoin;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.core.failure.NetworkFailure;
import libp2p.core.host.Host;
import libp2p.core.identity.PeerId;

/**
 * Brings the deals of a provider from checkpoint to checkpoint, each on a thread of its own while there is something to
 * do: fetch the CAR, compare its commitment, publish, hand the piece to the sealer. Then the chain tells the rest.
 * Thread-safe.
 */
final class DealSteps {
    private static final System.Logger LOG = System.getLogger(DealSteps.class.getName());
    private static final int DOUBLINGS = 16;

    /** How often a CAR was asked for, and until when it may be. */
    private record Attempts(int count, long received, Deadline until) {}

    private final Environment environment;
    private final ProviderOptions options;
    private final FilecoinLimits limits;
    private final DealBook book;
    private final StagedCars cars;
    private final CarTransfer transfer;
    private final TransferTurns turns;
    private final Map<UUID, Attempts> attempts = new ConcurrentHashMap<>();
    private final Map<UUID, Timer> pauses = new ConcurrentHashMap<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    DealSteps(Host host, ProviderOptions options, FilecoinLimits limits, DealBook book) {
        this.environment = host.environment();
        this.options = options;
        this.limits = limits;
        this.book = book;
        cars = new StagedCars(environment, options.staging());
        transfer = new CarTransfer(host, cars, options.nearHttp());
        turns = new TransferTurns(limits.transfers(), this::fetch);
    }

    /** Goes on with a deal where it is. */
    void resume(ProviderDeal deal) {
        if (closed || deal.hasFailed()) {
            return;
        }
        switch (deal.checkpoint()) {
            case ACCEPTED, TRANSFERRED -> { // what is published is looked at once more: its file may have changed
                if (!deal.params().offline()) {
                    turns.enter(deal.id(), deal.peer());
                } else if (deal.checkpoint() == Checkpoint.TRANSFERRED) {
                    verify(deal.id());
                }
            }
            case PUBLISHED, PUBLISH_CONFIRMED -> start("deal", deal.id(), () -> publish(deal.id()));
            default -> {
                // the chain tells the rest
            }
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    /** Runs steps of a deal on a thread; an error fails the deal. */
    private void start(String what, UUID id, Step step) {
        environment.start("filecoin " + what + " " + id, () -> {
            Thread self = Thread.currentThread();
            threads.add(self);
            try {
                if (!closed) {
                    step.run();
                }
            } catch (IOException e) {
                if (!closed && !(e instanceof InterruptedIOException && self.isInterrupted())) {
                    fail(id, String.valueOf(e.getMessage()));
                }
            } finally {
                threads.remove(self);
            }
        });
    }

    /** The turn of a deal has come. */
    private void fetch(UUID id, PeerId peer) {
        ProviderDeal deal = book.get(id);
        start("transfer", id, () -> {
            boolean whole = false;
            try {
                whole = deal != null && !deal.hasFailed() && fetched(deal);
            } finally {
                turns.leave(peer);
            }
            if (whole) {
                publish(id);
            }
        });
    }

    private boolean fetched(ProviderDeal deal) throws IOException {
        UUID id = deal.id();
        Attempts before =
                attempts.computeIfAbsent(id, any -> new Attempts(0, 0, Deadline.after(environment, limits.transfer())));
        try {
            transfer.fetch(id, deal.peer(), deal.params().transfer(), before.until());
        } catch (IOException e) {
            if (closed || !NetworkFailure.isRetryable(e) || before.until().passed(environment)) {
                throw e;
            }
            long received = cars.size(id);
            int count = received > before.received() ? 1 : before.count() + 1;
            if (count >= limits.transferAttempts()) {
                throw e;
            }
            attempts.put(id, new Attempts(count, received, before.until()));
            pause(deal, count);
            return false;
        }
        attempts.remove(id);
        verify(deal);
        return true;
    }

    private void pause(ProviderDeal deal, int count) {
        Duration pause = limits.transferPause().multipliedBy(1L << Math.min(DOUBLINGS, count - 1));
        pauses.put(deal.id(), environment.schedule(pause.toNanos(), () -> {
            pauses.remove(deal.id());
            resume(deal);
        }));
    }

    private void verify(ProviderDeal deal) throws IOException {
        PieceCommitment.Piece piece = cars.commitment(deal.id());
        DealProposal terms = deal.terms();
        if (piece.bytes() < terms.pieceBytes()) {
            piece = PieceCommitment.pad(piece, terms.pieceBytes());
        }
        if (!piece.cid().equals(terms.piece()) || piece.bytes() != terms.pieceBytes()) {
            throw new DealException(
                    "the CAR is the piece " + piece.cid() + " of " + piece.bytes() + " bytes, not " + terms.piece()
                            + " of " + terms.pieceBytes(),
                    deal.peer(),
                    false);
        }
        book.update(deal.at(Checkpoint.TRANSFERRED));
    }

    /** The CAR of an offline deal, which was brought. */
    void bring(ProviderDeal deal, Path car) throws IOException {
        cars.replace(deal.id(), car);
        cars.force(deal.id());
        verify(deal.id());
    }

    private void verify(UUID id) {
        start("deal", id, () -> {
            ProviderDeal deal = book.get(id);
            if (deal != null && !deal.hasFailed()) {
                verify(deal);
                publish(id);
            }
        });
    }

    private void publish(UUID id) throws IOException {
        for (ProviderDeal deal = book.get(id); deal != null && !deal.hasFailed() && !closed; deal = book.get(id)) {
            switch (deal.checkpoint()) {
                case TRANSFERRED ->
                    book.update(
                            deal.published(options.chain().publish(deal.params().signed())));
                case PUBLISHED -> book.update(deal.confirmed(confirmed(deal)));
                case PUBLISH_CONFIRMED -> {
                    options.sealer().add(cars.file(id), deal.params(), deal.chainDealId());
                    book.update(deal.at(Checkpoint.ADDED_PIECE));
                    delete(id);
                }
                default -> {
                    head(options.chain().head());
                    return;
                }
            }
        }
    }

    private long confirmed(ProviderDeal deal) throws IOException {
        if (deal.publishMessage() == null) {
            throw new DealException("a published deal without a message", deal.peer(), false);
        }
        long number = options.chain().await(deal.publishMessage(), Deadline.after(environment, limits.publish()));
        if (!deal.terms().equals(options.chain().deal(number))) {
            throw new DealException("the chain has other terms under the number " + number, deal.peer(), false);
        }
        return number;
    }

    /** A new epoch: what is proven is complete, what is not proven by its start has failed. */
    void head(long epoch) {
        for (ProviderDeal deal : book.all()) {
            try {
                if (!deal.hasFailed()) {
                    head(deal, epoch);
                }
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, () -> "the chain does not tell about " + deal.id() + ": " + e);
            }
        }
    }

    private void head(ProviderDeal deal, long epoch) throws IOException {
        if (deal.checkpoint() == Checkpoint.ADDED_PIECE) {
            OptionalLong active = options.chain().activeSince(deal.chainDealId());
            if (active.isPresent()) {
                book.update(deal.at(Checkpoint.COMPLETE));
                return;
            }
        }
        if (deal.checkpoint() == Checkpoint.COMPLETE) {
            if (epoch >= deal.terms().end()) {
                book.over(deal.id());
            }
        } else if (epoch > deal.terms().start()) {
            fail(
                    deal.id(),
                    "the piece was not proven by the epoch " + deal.terms().start());
        }
    }

    private void fail(UUID id, String why) {
        ProviderDeal deal = book.get(id);
        if (deal == null || deal.hasFailed()) {
            return;
        }
        LOG.log(System.Logger.Level.INFO, () -> "the deal " + id + " has failed: " + why);
        attempts.remove(id);
        turns.withdraw(id);
        Timer pause = pauses.remove(id);
        if (pause != null) {
            pause.cancel();
        }
        try {
            book.update(deal.failed(why.substring(0, Math.min(why.length(), DealResponse.MESSAGE))));
            delete(id);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, () -> "the end of the deal " + id + " could not be kept: " + e);
        }
    }

    /** The CAR of a deal is not needed any more; one that cannot be removed now is by the next start. */
    private void delete(UUID id) {
        try {
            cars.delete(id);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, () -> "the CAR of the deal " + id + " could not be removed: " + e);
        }
    }

    /**
     * Removes the CARs of deals that need them no more: the last process may have ended before it did. Those of deals
     * that are not known stay: the journal may have been lost.
     */
    void tidy() throws IOException {
        for (UUID id : cars.all()) {
            ProviderDeal deal = book.get(id);
            if (deal != null && (deal.hasFailed() || !deal.isStaged())) {
                delete(id);
            }
        }
    }

    /** Bytes of a CAR that are here. */
    long received(ProviderDeal deal) throws IOException {
        return cars.size(deal.id());
    }

    void close() {
        closed = true;
        pauses.values().forEach(Timer::cancel);
        threads.forEach(Thread::interrupt);
    }
}
