package libp2p.bitswap;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.blocks.PeerMemory;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Timer;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.DialOptions;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.ipld.Block;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * The messages for one peer: this host's wants, and the answers to the peer's. While there is something to say a
 * thread says it, over one stream that is closed at the end; the stream's window is what keeps it from running ahead.
 * Thread-safe.
 */
final class MessageQueue {
    private static final System.Logger LOG = System.getLogger(MessageQueue.class.getName());
    private static final int LOOKED_UP = 64;
    /** Pieces of a message that are shorter are put together. */
    private static final int SMALL = 8192;

    /** Until answers are tried again for which there was no memory. */
    private static final long SHORT_OF_MEMORY_NANOS = 1_000_000_000L;

    /** A block that was read and found no room in a message, for the next one. */
    private @Nullable Block kept;
    /** Bytes of a block for which there was no memory; it is not read again before there is. */
    private int refused;

    private final Bitswap bitswap;
    private final PeerId peer;
    private final BitswapLimits limits;
    /** Of a message: no more than a second of the rate, so that the peer does not take a pause for silence. */
    private final long replyBytes;

    private final Ledger ledger = new Ledger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Cid, BitswapMessage.Want> unsent = new LinkedHashMap<>();
    private final WantList wants = new WantList();
    private final WantMemory wantMemory;
    private PeerAddress address;
    private boolean mayDial;
    private boolean sending;
    /** Of {@link #resume}, until which the rate of this host holds back the answers. */
    private @Nullable Timer held;

    private int unasked;

    MessageQueue(Bitswap bitswap, PeerId peer, BitswapLimits limits) {
        this.bitswap = bitswap;
        this.peer = peer;
        this.limits = limits;
        replyBytes = Math.min(limits.replyBytes(), limits.sendRate());
        wantMemory = new WantMemory(new PeerMemory(bitswap.host(), peer));
        address = PeerAddress.of(peer);
    }

    PeerId peer() {
        return peer;
    }

    Ledger ledger() {
        return ledger;
    }

    /** Sets the addresses at which the peer can be reached, if it is not connected. */
    void address(PeerAddress known) {
        lock.lock();
        try {
            if (!known.addresses().isEmpty()) {
                address = known;
            }
            mayDial = true;
        } finally {
            lock.unlock();
        }
    }

    /** Tells the peer what is wanted, or is wanted no more; the latest word for a CID is the one that is sent. */
    void addWants(List<BitswapMessage.Want> changes) {
        bitswap.asked().add(changes);
        lock.lock();
        try {
            for (BitswapMessage.Want want : changes) {
                BitswapMessage.Want old = unsent.remove(want.cid());
                boolean neverSent = want.cancel() && old != null && !old.cancel();
                if (!neverSent) {
                    unsent.put(want.cid(), want);
                }
            }
            wake();
        } finally {
            lock.unlock();
        }
    }

    /** Counts a block that was not asked for; true if there were too many. */
    boolean unasked() {
        lock.lock();
        try {
            return ++unasked > limits.unasked();
        } finally {
            lock.unlock();
        }
    }

    /** Takes the peer's want-list, or as much of it as there is memory for. */
    void receiveWantlist(BitswapMessage message) {
        if (!message.full() && message.wants().isEmpty()) {
            return;
        }
        lock.lock();
        try {
            int all = (message.full() ? 0 : wants.size()) + message.wants().size();
            int room = wantMemory.grow(Math.min(all, limits.wantsPerPeer()));
            wants.receive(message.full(), message.wants(), room);
            wantMemory.settle(wants.size());
            wake();
        } finally {
            lock.unlock();
        }
    }

    /** Blocks are here now that the peer may wait for. */
    void arrived(List<Multihash> hashes) {
        lock.lock();
        try {
            if (wants.arrived(hashes)) {
                wake();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The peer is not connected any more: its wants are forgotten. */
    void disconnected() {
        lock.lock();
        try {
            forgetWants();
        } finally {
            lock.unlock();
        }
    }

    /** With the lock. */
    private void forgetWants() {
        wants.clear();
        wantMemory.close();
        Timer waiting = held;
        if (waiting != null) {
            waiting.cancel();
            held = null;
        }
    }

    int wantCount() {
        lock.lock();
        try {
            return wants.size();
        } finally {
            lock.unlock();
        }
    }

    boolean isIdle() {
        lock.lock();
        try {
            return !sending && unsent.isEmpty() && wants.size() == 0;
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        if (!sending && (!unsent.isEmpty() || hasAnswers())) {
            sending = true;
            bitswap.host().environment().start("bitswap to " + peer, this::send);
        }
    }

    /** With the lock. */
    private boolean hasAnswers() {
        return held == null && wants.hasTasks();
    }

    /** Whether this host has given away enough for now: the answers wait, and only they. */
    private boolean isHeld() {
        long delay = bitswap.rate().delayNanos();
        if (delay == 0) {
            return false;
        }
        hold(delay);
        return true;
    }

    /** Answers wait so long. */
    private void hold(long nanos) {
        lock.lock();
        try {
            if (held == null) {
                held = bitswap.host().environment().schedule(nanos, this::resume);
            }
        } finally {
            lock.unlock();
        }
    }

    private void resume() {
        lock.lock();
        try {
            held = null;
            wake();
        } finally {
            lock.unlock();
        }
    }

    private void send() {
        try (PeerMemory memory = new PeerMemory(bitswap.host(), peer)) {
            send(memory);
        }
        bitswap.rests(this);
    }

    /** @param memory to which answers are charged until they are written: the peer may take its time to read them */
    private void send(PeerMemory memory) {
        Stream stream = null;
        try {
            while (true) {
                List<BitswapMessage.Want> own = takeOwn();
                Answer answer = answer(memory);
                if (own.isEmpty() && answer.isEmpty() && finished()) {
                    kept = null;
                    break;
                }
                if (own.isEmpty() && answer.isEmpty()) {
                    continue;
                }
                BitswapMessage message = new BitswapMessage(false, own, answer.blocks, answer.have, answer.dontHave, 0);
                Stream used = stream;
                try {
                    stream = used == null ? open() : used;
                    write(stream, message);
                } catch (IOException e) { // the peer may have ended the stream long ago: once more over a new one
                    if (used == null || Thread.interrupted() || e instanceof DeadlineExceededException) {
                        throw e;
                    }
                    used.reset(ErrorCode.NONE);
                    stream = null;
                    stream = open();
                    write(stream, message);
                }
                done(answer);
            }
            if (stream != null) {
                stream.closeWrite();
                stream.close();
            }
        } catch (IOException | RuntimeException e) {
            if (stream != null) {
                stream.reset(ErrorCode.NONE);
            }
            failed(e instanceof IOException io ? io : new IOException(e));
        }
    }

    private List<BitswapMessage.Want> takeOwn() {
        lock.lock();
        try {
            List<BitswapMessage.Want> own = new ArrayList<>();
            var entries = unsent.values().iterator();
            while (entries.hasNext() && own.size() < limits.wantsPerPeer()) {
                own.add(entries.next());
                entries.remove();
            }
            return own;
        } finally {
            lock.unlock();
        }
    }

    private boolean finished() {
        lock.lock();
        try {
            if (unsent.isEmpty() && !hasAnswers()) {
                sending = false;
                return true;
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    private Answer answer(PeerMemory memory) throws IOException {
        Answer answer = new Answer(memory);
        lock.lock();
        try {
            if (!hasAnswers()) {
                return answer;
            }
        } finally {
            lock.unlock();
        }
        if (isHeld()) {
            return answer;
        }
        bitswap.taskQueue().take(ledger);
        try {
            answer.holds(refused);
            for (int i = 0; i < LOOKED_UP && answer.bytes < replyBytes && !answer.outOfMemory; i++) {
                BitswapMessage.Want want = poll();
                if (want == null) {
                    break;
                }
                answerWant(want, answer);
            }
        } finally {
            bitswap.taskQueue().release();
        }
        if (answer.outOfMemory && answer.isEmpty()) {
            bitswap.slowReaders().makeRoom();
            hold(SHORT_OF_MEMORY_NANOS);
        }
        return answer;
    }

    private BitswapMessage.@Nullable Want poll() {
        lock.lock();
        try {
            return wants.poll();
        } finally {
            lock.unlock();
        }
    }

    /** Answers a want-have or a want-block: with the block, with HAVE, or with DONT_HAVE. */
    private void answerWant(BitswapMessage.Want want, Answer answer) throws IOException {
        Cid cid = want.cid();
        boolean serves = bitswap.serves(cid);
        byte[] data = null;
        int size = -1;
        try {
            data = serves && want.block() ? read(cid) : null;
            size = data != null
                    ? data.length
                    : serves && !want.block() ? bitswap.store().size(cid) : -1;
            if (data == null && size >= 0 && size <= limits.inlineBytes()) {
                data = read(cid);
                size = data == null ? -1 : size;
            }
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) { // the other wants of the peer are answered
            LOG.log(
                    Level.WARNING,
                    "block {0} is not given to {1}, since it cannot be read: {2}",
                    cid,
                    peer,
                    e.getMessage());
            size = -1;
        }
        if (data != null && data.length <= limits.blockBytes()) {
            add(want, data, answer);
        } else if (size >= 0 && !want.block()) {
            answer.have.add(cid);
            answer.answered.add(want);
        } else {
            if (want.sendDontHave()) {
                answer.dontHave.add(cid);
            }
            lock.lock();
            try {
                wants.absent(want);
            } finally {
                lock.unlock();
            }
        }
    }

    private void add(BitswapMessage.Want want, byte[] data, Answer answer) {
        boolean first = answer.blocks.isEmpty();
        boolean holds = answer.holds(data.length);
        refused = holds ? 0 : data.length;
        if (!holds || !first && answer.bytes + data.length > replyBytes) {
            kept = holds ? Block.trusted(want.cid(), data) : null;
            lock.lock();
            try {
                wants.putBack(want);
            } finally {
                lock.unlock();
            }
            answer.bytes = replyBytes; // the message is full
            return;
        }
        answer.blocks.add(Block.trusted(want.cid(), data));
        answer.bytes += data.length + want.cid().size();
        answer.answered.add(want);
    }

    private byte @Nullable [] read(Cid cid) throws IOException {
        Block block = kept;
        kept = null;
        return block != null && block.cid().equals(cid)
                ? block.data()
                : bitswap.store().find(cid);
    }

    private void done(Answer answer) {
        long bytes = 0;
        for (Block block : answer.blocks) {
            bytes += block.size();
        }
        ledger.sent(bytes);
        bitswap.rate().sent(bytes);
        bitswap.countSent(answer.blocks.size(), bytes);
        lock.lock();
        try {
            answer.answered.forEach(wants::answered);
            wantMemory.settle(wants.size());
        } finally {
            lock.unlock();
        }
    }

    private Stream open() throws IOException {
        PeerAddress to;
        boolean dial;
        lock.lock();
        try {
            to = address;
            dial = mayDial;
        } finally {
            lock.unlock();
        }
        DialOptions options = DialOptions.DEFAULT.withReason("bitswap");
        return bitswap.host().open(to, dial ? options : options.withNoDial(), BitswapMessage.PROTOCOLS);
    }

    private void write(Stream stream, BitswapMessage message) throws IOException {
        stream.writeDeadline(Deadline.after(bitswap.host().environment(), limits.sendTimeout()));
        bitswap.slowReaders().begin(stream);
        IOException failure = null;
        try {
            OutputStream out = new BufferedOutputStream(stream.output(), SMALL);
            message.write(BitswapMessage.Version.of(stream.protocol()), out::write);
            out.flush();
        } catch (IOException e) {
            failure = e;
        }
        if (!bitswap.slowReaders().end(stream)) {
            throw new DeadlineExceededException("bitswap message, while memory is short", peer);
        } else if (failure != null) {
            throw failure;
        }
    }

    private void failed(IOException cause) {
        lock.lock();
        try {
            sending = false;
            unsent.clear();
            forgetWants();
        } finally {
            lock.unlock();
        }
        bitswap.failed(peer, cause);
    }
}
