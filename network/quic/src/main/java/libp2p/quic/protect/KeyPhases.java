package libp2p.quic.protect;

import java.nio.ByteBuffer;
import libp2p.quic.wire.TransportError;
import libp2p.quic.wire.TransportException;
import org.jspecify.annotations.Nullable;

/**
 * The keys of 1-RTT packets and their updates (RFC 9001, section 6). A phase of the remote is believed when a packet
 * under it was authentic, and not before. One thread at a time.
 */
public final class KeyPhases implements AutoCloseable {
    private static final long NEVER = Long.MAX_VALUE;
    /** Packets of a phase after which the keys of the next are made; quic-go updates after 100. */
    private static final int PREPARED_AFTER = 32;
    /** Packets that are left to end a connection with. */
    private static final int LAST = 4096;

    private PacketKeys sending;
    private PacketKeys receiving;
    /**
     * Made ahead of the update where packets come at all: making it takes a time that would tell of the update (section
     * 9.5).
     */
    private @Nullable PacketKeys receivingNext;

    private @Nullable PacketKeys receivingBefore;
    private boolean phase;
    private long firstOfPhase;
    private boolean firstKnown;
    private long forgetBefore = NEVER;
    private int opened;
    private long sent;
    private long sentFrom = -1;
    private boolean confirmed;
    private boolean acknowledgedPhase = true;
    private long failures;
    private int updates;

    private final long confidential;

    /** Takes over both keys. */
    public KeyPhases(PacketKeys sending, PacketKeys receiving) {
        this(sending, receiving, sending.confidentialityLimit());
    }

    /** @param confidential packets that may be sealed under one key */
    KeyPhases(PacketKeys sending, PacketKeys receiving, long confidential) {
        this.confidential = confidential;
        this.sending = sending;
        this.receiving = receiving;
    }

    /** Kept also if the packet that asks for them is not authentic (section 6.3). */
    private PacketKeys receivingNext() {
        PacketKeys next = receivingNext;
        if (next == null) {
            next = receiving.next();
            receivingNext = next;
        }
        return next;
    }

    /** The phase bit of packets that are sent. */
    public boolean phase() {
        return phase;
    }

    /** Number of key updates. */
    public int updates() {
        return updates;
    }

    /** The algorithm of both directions. */
    public libp2p.crypto.algorithm.AeadAlgorithm algorithm() {
        return sending.algorithm();
    }

    /** Seals as {@link PacketKeys#seal(ByteBuffer, int, int, int, long, int)}. */
    public int seal(ByteBuffer packet, int at, int numberAt, int numberLength, long number, int end) {
        seals(number);
        return sending.seal(packet, at, numberAt, numberLength, number, end);
    }

    /** Seals as {@link PacketKeys#seal(byte[], ByteBuffer, int, int, int, long, int)}. */
    public int seal(byte[] plain, ByteBuffer packet, int at, int numberAt, int numberLength, long number, int end) {
        seals(number);
        return sending.seal(plain, packet, at, numberAt, numberLength, number, end);
    }

    private void seals(long number) {
        if (sentFrom < 0) {
            sentFrom = number;
        }
        sent++;
    }

    /** Protects a header as {@link PacketKeys#protect(ByteBuffer, int, int)}. */
    public void protect(ByteBuffer packet, int at, int numberAt) {
        sending.protect(packet, at, numberAt);
    }

    /** Protects headers as {@link PacketKeys#protect(ByteBuffer, int, int, int, int, ByteBuffer)}; their key is the same in all phases. */
    public void protect(ByteBuffer packets, int at, int stride, int count, int numberAt, ByteBuffer masks) {
        sending.protect(packets, at, stride, count, numberAt, masks);
    }

    /** Removes header protection as {@link PacketKeys#unmask(byte[], int, int)}. */
    public int unmask(byte[] head, int at, int numberAt) {
        return receiving.unmask(head, at, numberAt);
    }

    /** Removes header protection as {@link PacketKeys#unmask(ByteBuffer, int, int)}. */
    public int unmask(ByteBuffer packet, int at, int numberAt) {
        return receiving.unmask(packet, at, numberAt);
    }

    /**
     * Opens a packet under the keys that its phase bit and number ask for.
     *
     * @param until how long the keys before are kept if this packet begins a phase
     * @return as {@link PacketKeys#open}
     * @throws TransportException KEY_UPDATE_ERROR, or AEAD_LIMIT_REACHED after too many forged packets
     */
    public int open(
            boolean itsPhase, ByteBuffer packet, int at, int payloadAt, long number, int end, byte[] target, long until)
            throws TransportException {
        boolean update = false;
        PacketKeys keys = receiving;
        if (itsPhase != phase) {
            PacketKeys before = receivingBefore;
            if (firstKnown && number < firstOfPhase || !firstKnown && before != null) {
                if (before == null) {
                    return -1;
                }
                keys = before;
            } else {
                keys = receivingNext();
                update = true;
            }
        }
        int length = keys.open(packet, at, payloadAt, number, end, target);
        if (length < 0) {
            if (++failures >= receiving.integrityLimit()) {
                throw new TransportException(
                        TransportError.AEAD_LIMIT_REACHED, failures + " packets were not authentic");
            }
            return -1;
        }
        if (keys == receiving && opened < PREPARED_AFTER && ++opened == PREPARED_AFTER) {
            receivingNext();
        }
        if (update) {
            if (!acknowledgedPhase) {
                throw new TransportException(
                        TransportError.KEY_UPDATE_ERROR, "keys were updated twice without waiting");
            }
            advanceReceiving(until);
            advanceSending();
            firstKnown = true;
            firstOfPhase = number;
        } else if (itsPhase == phase && (!firstKnown || number < firstOfPhase)) {
            firstKnown = true;
            firstOfPhase = number;
            if (keys == receiving && receivingBefore != null && forgetBefore == NEVER) {
                forgetBefore = until; // the remote has followed (section 6.5)
            }
        }
        return length;
    }

    private void advanceReceiving(long until) {
        PacketKeys old = receivingBefore;
        if (old != null) {
            old.closePhase();
        }
        receivingBefore = receiving;
        receiving = receivingNext();
        receivingNext = null;
        opened = 0;
        phase = !phase;
        forgetBefore = until;
        firstKnown = false;
    }

    private void advanceSending() {
        PacketKeys old = sending;
        sending = old.next();
        old.closePhase();
        sent = 0;
        sentFrom = -1;
        confirmed = false;
        acknowledgedPhase = false;
        updates++;
    }

    /** A packet with an acknowledgement was sent: the remote may update again when it has it. */
    public void acknowledgementSent() {
        acknowledgedPhase = true;
    }

    /** The remote has acknowledged a packet. */
    public void acknowledged(long number) {
        if (sentFrom >= 0 && number >= sentFrom) {
            confirmed = true;
        }
    }

    /**
     * Whether keys are worn and may be updated.
     *
     * @param packets after which they are; below 2²³, which AES-GCM allows (section 6.6)
     */
    public boolean wantsUpdate(long packets) {
        return sent >= packets && mayUpdate();
    }

    /**
     * Whether a key has sealed as many packets as it may, but for some with which the connection ends: the remote acknowledges no
     * phase, or does not follow to the next (section 6.6).
     */
    public boolean isWornOut() {
        return sent >= confidential - LAST;
    }

    /** Whether the remote has confirmed the phase, so that another may follow (section 6.1). */
    public boolean mayUpdate() {
        return confirmed && receivingBefore == null;
    }

    /** Begins the next phase. The keys before are kept until the remote has followed, however long that takes. */
    public void update() {
        if (!mayUpdate()) {
            throw new IllegalStateException("the phase is not confirmed");
        }
        advanceReceiving(NEVER);
        advanceSending();
        acknowledgedPhase = true;
    }

    /** When the keys of the phase before are to be forgotten, or {@code Long.MAX_VALUE}. */
    public long nextTimeout() {
        return receivingBefore == null ? Long.MAX_VALUE : forgetBefore;
    }

    /** Forgets the keys of the phase before if it is time. */
    public void timeout(long now) {
        PacketKeys old = receivingBefore;
        if (old != null && now >= forgetBefore) {
            old.closePhase();
            receivingBefore = null;
        }
    }

    @Override
    public void close() {
        PacketKeys old = receivingBefore;
        if (old != null) {
            old.closePhase();
        }
        PacketKeys next = receivingNext;
        if (next != null) {
            next.closePhase();
        }
        sending.close();
        receiving.close();
    }
}
