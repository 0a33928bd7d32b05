package libp2p.scenarios.flood;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import libp2p.http3.FrameWriter;
import libp2p.http3.Http3FrameType;
import libp2p.http3.qpack.Field;
import libp2p.http3.qpack.FieldSectionEncoder;
import libp2p.quic.stream.QuicStream;

/** The kinds of streams that a client of HTTP/3 that never proves who it is can send without end. */
enum Http3Flood {
    /** Requests for something else, as many as are taken. */
    REQUESTS {
        @Override
        void send(RawQuic raw, QuicStream first, long number) throws IOException {
            raw.send(raw.open(true), headers(GET), true);
        }
    },
    /** Capsules in the request of a session, each a new limit (WT_MAX_DATA) that is one byte above the last. */
    CAPSULES {
        private static final int OF_A_FRAME = 64;

        @Override
        QuicStream begin(RawQuic raw) throws IOException {
            super.begin(raw);
            QuicStream session = raw.open(true);
            raw.send(session, headers(CONNECT), false);
            return session;
        }

        @Override
        void send(RawQuic raw, QuicStream session, long number) throws IOException {
            FrameWriter capsules = new FrameWriter();
            for (int i = 0; i < OF_A_FRAME; i++) {
                capsules.frame(
                        MAX_DATA,
                        new FrameWriter().integer(number * OF_A_FRAME + i + 2).toByteArray());
            }
            byte[] frame = new FrameWriter()
                    .frame(Http3FrameType.DATA, capsules.toByteArray())
                    .toByteArray();
            raw.send(session, frame, false);
        }
    },
    /** Streams that go one way and have a type that no side knows. */
    UNIDIRECTIONAL {
        @Override
        void send(RawQuic raw, QuicStream first, long number) throws IOException {
            raw.send(raw.open(false), "!what is not known".getBytes(StandardCharsets.US_ASCII), true);
        }
    },
    /** As many settings as fit into 16 KiB. */
    SETTINGS {
        @Override
        QuicStream begin(RawQuic raw) throws IOException {
            return raw.open(false);
        }

        @Override
        void send(RawQuic raw, QuicStream control, long number) throws IOException {
            raw.send(control, control(settings(5_000)), false);
        }
    };

    private static final long MAX_DATA = 0x190b4d3dL;
    private static final long INITIAL_MAX_DATA = 0x2b61;
    private static final int FIRST_UNKNOWN = 0x100;
    private static final List<Field> GET = List.of(new Field(":method", "GET"), new Field(":path", "/"));
    private static final List<Field> CONNECT = List.of(
            new Field(":method", "CONNECT"),
            new Field(":path", "/.well-known/libp2p-webtransport?type=noise"),
            new Field(":protocol", "webtransport"));

    /** Begins on a new connection; returns the stream that goes on. */
    QuicStream begin(RawQuic raw) throws IOException {
        QuicStream control = raw.open(false);
        raw.send(control, control(settings(1)), false);
        return control;
    }

    /** Sends one part of the flood. */
    abstract void send(RawQuic raw, QuicStream first, long number) throws IOException;

    private static byte[] headers(List<Field> fields) {
        return new FrameWriter()
                .frame(Http3FrameType.HEADERS, FieldSectionEncoder.encode(fields))
                .toByteArray();
    }

    /** The limit of a session, and others that no side knows. */
    private static byte[] settings(int count) {
        FrameWriter out = new FrameWriter().integer(INITIAL_MAX_DATA).integer(1);
        for (int i = 1; i < count; i++) {
            out.integer(FIRST_UNKNOWN + i).integer(0);
        }
        return out.toByteArray();
    }

    private static byte[] control(byte[] settings) {
        return new FrameWriter()
                .integer(Http3FrameType.CONTROL_STREAM)
                .frame(Http3FrameType.SETTINGS, settings)
                .toByteArray();
    }
}
