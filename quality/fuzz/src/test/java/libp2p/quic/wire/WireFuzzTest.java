package libp2p.quic.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Packets, frames and transport parameters of QUIC: one type of exception, and nothing outside of the input. */
class WireFuzzTest {
    /** Looks at all that it is given, so that a range outside of the packet does not pass unseen. */
    private static final class Reader implements FrameHandler {
        private long seen;

        private void look(byte[] bytes, int at, int length) {
            for (int i = at; i < at + length; i++) {
                seen += bytes[i];
            }
        }

        @Override
        public void ack(AckFrame ack) {
            long above = Long.MAX_VALUE;
            for (int i = 0; i < ack.ranges(); i++) {
                assertThat(ack.largest(i)).isLessThan(above);
                assertThat(ack.smallest(i)).isBetween(0L, ack.largest(i));
                above = ack.smallest(i) - 1;
            }
        }

        @Override
        public void crypto(long offset, byte[] bytes, int at, int length) {
            look(bytes, at, length);
        }

        @Override
        public void stream(long id, long offset, byte[] bytes, int at, int length, boolean fin) {
            assertThat(offset + length).isBetween(0L, VarInt.MAX);
            look(bytes, at, length);
        }

        @Override
        public void resetStream(long id, long code, long finalSize, long reliableSize) {
            assertThat(reliableSize).isLessThanOrEqualTo(finalSize);
        }

        @Override
        public void stopSending(long id, long code) {}

        @Override
        public void newToken(byte[] token) {
            assertThat(token).isNotEmpty();
        }

        @Override
        public void maxData(long maximum) {}

        @Override
        public void maxStreamData(long id, long maximum) {}

        @Override
        public void maxStreams(boolean bidirectional, long maximum) {
            assertThat(maximum).isLessThanOrEqualTo(1L << 60);
        }

        @Override
        public void streamDataBlocked(long id, long limit) {}

        @Override
        public void newConnectionId(long sequence, long retirePriorTo, ConnectionId id, byte[] resetToken) {
            assertThat(id.length()).isBetween(1, ConnectionId.MAX_LENGTH);
        }

        @Override
        public void retireConnectionId(long sequence) {}

        @Override
        public void pathChallenge(long data) {}

        @Override
        public void pathResponse(long data) {}

        @Override
        public void connectionClose(boolean application, long code, String reason) {}

        @Override
        public void handshakeDone() {}

        @Override
        public void datagram(byte[] bytes, int at, int length) {
            look(bytes, at, length);
        }
    }

    @FuzzTest
    void frames(byte[] data) {
        for (boolean handshake : new boolean[] {false, true}) {
            try {
                new FrameParser().parse(data, 0, data.length, handshake, new Reader());
            } catch (TransportException refused) {
                assertThat(refused.code()).isPositive();
            }
        }
    }

    @FuzzTest
    void header(byte[] data) {
        LongHeader header = new LongHeader();
        if (header.parse(data, 0, data.length)) {
            assertThat(header.end()).isBetween(7, data.length);
            assertThat(header.numberAt()).isBetween(7, header.end());
            assertThat(header.tokenAt() + header.tokenLength()).isLessThanOrEqualTo(header.end());
            assertThat(header.sourceAt() + header.sourceLength()).isLessThanOrEqualTo(header.end());
        }
        if (header.parseInvariant(data, 0, data.length)) {
            assertThat(header.end()).isLessThanOrEqualTo(data.length);
            VersionNegotiation.offersVersion1(data, header.end(), data.length);
        }
    }

    @FuzzTest
    void parameters(byte[] data) throws TransportException {
        TransportParameters parameters;
        try {
            parameters = TransportParameters.decode(data, true);
        } catch (TransportException refused) {
            assertThat(refused.code()).isEqualTo(TransportError.TRANSPORT_PARAMETER_ERROR);
            return;
        }
        byte[] encoded = parameters.encode();
        assertThat(TransportParameters.decode(encoded, true).encode()).isEqualTo(encoded);
    }
}
